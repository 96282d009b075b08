// Child processes for tests: started with an environment, watched, and always killed together with what they started in
// their process group (the kernel kills them when the test program dies: PR_SET_PDEATHSIG).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tidings::support {

// A temporary folder, removed at the end (kept when $TIDINGS_KEEP is set; its path is then printed).
class temp_dir {
  public:
    temp_dir();
    ~temp_dir();
    temp_dir(const temp_dir&) = delete;
    temp_dir& operator=(const temp_dir&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// A free TCP port on 127.0.0.1. Never the same twice in one program; spread by pid across programs.
std::uint16_t free_port();

// Polls `condition` every 10 ms until it holds; false after `limit`. The only way tests wait.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit = std::chrono::seconds(20));

// Raises the descriptor limit to the maximum (an ordinary login starts with 1,024); returns how many.
std::size_t raise_descriptor_limit();

class process {
  public:
    struct options {
        std::vector<std::string> argv;  // argv[0] is searched in PATH
        std::map<std::string, std::string>
            environment;            // added to PATH, HOME, LANG, TMPDIR and the sanitizers' options
        std::filesystem::path log;  // stdout and stderr, appended
        std::string user;           // run as this user when we are root ("postgres")
    };
    explicit process(options o);  // throws std::runtime_error when it cannot be executed
    ~process();                   // SIGKILL and wait, if still running
    process(process&&) noexcept;
    process& operator=(process&&) noexcept;

    pid_t pid() const;
    bool running();
    void signal(int number);
    void kill() {
        signal(SIGKILL);
        wait();
    }
    // SIGTERM, then at most `limit`; the exit code (128 + signal when killed); nullopt at the limit.
    std::optional<int> stop(std::chrono::milliseconds limit = std::chrono::seconds(15));
    int wait();  // until it exits
    std::optional<int> wait(std::chrono::milliseconds limit);
    std::string output() const;  // the content of the log
    // The most memory that it has used so far. Of no use with sanitizers, which take much of their own.
    std::size_t peak_megabytes() const;

  private:
    void collect(int how);

    pid_t pid_ = -1;
    std::optional<int> status_;
    std::filesystem::path log_;
};

}  // namespace tidings::support
