// Child processes for tests: started with an environment, watched, and always ended together with what they started in
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

// A folder of its own, removed at the end (kept when $TIDINGS_KEEP is set; its path is then printed).
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

// A TCP port on 127.0.0.1 that was free just now. Never the same twice in one program; spread by pid across programs.
std::uint16_t free_port();

// Polls `condition` every 10 ms until it holds; false when `limit` is over. The only way that tests wait.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit = std::chrono::seconds(20));

// As many descriptors as this program may have (an ordinary login starts with 1,024); returns how many.
std::size_t raise_descriptor_limit();

class process {
  public:
    struct options {
        std::vector<std::string> argv;  // argv[0] is looked up in PATH
        std::map<std::string, std::string>
            environment;            // added to PATH, HOME, LANG, TMPDIR and the sanitizers' options
        std::filesystem::path log;  // stdout and stderr, appended
        std::string user;           // run as this user when we are root ("postgres")
    };
    explicit process(options o);  // throws std::runtime_error when it cannot be executed
    ~process();                   // SIGKILL and wait, when it still runs
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
    int wait();  // until it ends by itself
    std::optional<int> wait(std::chrono::milliseconds limit);
    std::string output() const;  // what the log holds

  private:
    void collect(int how);

    pid_t pid_ = -1;
    std::optional<int> status_;
    std::filesystem::path log_;
};

}  // namespace tidings::support
