#include "support/process.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "support/spawn.hpp"

namespace tidings::support {

namespace {

int exit_code(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

process::process(options o) : pid_(spawn(o)), log_(std::move(o.log)) {}

process::~process() {
    if (pid_ > 0) kill();
}

process::process(process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), status_(other.status_), log_(std::move(other.log_)) {}

process& process::operator=(process&& other) noexcept {
    process taken(std::move(other));
    std::swap(pid_, taken.pid_);
    std::swap(status_, taken.status_);
    std::swap(log_, taken.log_);
    return *this;
}

pid_t process::pid() const { return pid_; }

std::size_t process::peak_megabytes() const {
    std::ifstream status("/proc/" + std::to_string(pid_) + "/status");
    for (std::string word; status >> word;) {
        std::size_t kilobytes = 0;
        if (word == "VmHWM:" && status >> kilobytes) return kilobytes / 1024;
    }
    return 0;
}

// Its children end with it: a killed master cannot stop its workers. That is before the pid is collected,
// and may belong to another process.
void process::collect(int how) {
    siginfo_t ended{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOWAIT | how) != 0) {
        if (errno == EINTR) return;
        throw std::runtime_error("lost sight of process " + std::to_string(pid_));
    }
    if (ended.si_pid != pid_) return;
    ::kill(-pid_, SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    status_ = exit_code(status);
}

bool process::running() {
    if (!status_) collect(WNOHANG);
    return !status_;
}

// Only while we have not reaped it: afterwards the pid may belong to another process.
void process::signal(int number) {
    if (running()) ::kill(pid_, number);
}

std::optional<int> process::stop(std::chrono::milliseconds limit) {
    signal(SIGTERM);
    return wait(limit);
}

int process::wait() {
    while (!status_)
        collect(0);
    return *status_;
}

std::optional<int> process::wait(std::chrono::milliseconds limit) {
    eventually([this] { return !running(); }, limit);
    return status_;
}

std::string process::output() const {
    std::ifstream in(log_);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace tidings::support
