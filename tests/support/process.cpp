#include "support/process.hpp"

#include <sys/wait.h>

#include <fstream>
#include <sstream>
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

bool process::running() {
    int status = 0;
    if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_) status_ = exit_code(status);
    return !status_;
}

// Only while we have not reaped it: afterwards the pid may belong to somebody else.
void process::signal(int number) {
    if (running()) ::kill(pid_, number);
}

std::optional<int> process::stop(std::chrono::milliseconds limit) {
    signal(SIGTERM);
    return wait(limit);
}

int process::wait() {
    int status = 0;
    while (!status_ && ::waitpid(pid_, &status, 0) != pid_) {
        if (errno != EINTR) throw std::runtime_error("lost sight of process " + std::to_string(pid_));
    }
    if (!status_) status_ = exit_code(status);
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
