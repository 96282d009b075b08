#include "support/spawn.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>

namespace tidings::support {

namespace {

struct identity {
    uid_t user;
    gid_t group;
};

// All allocations happen before fork: the child of a program with threads may only make system calls.
struct plan {
    std::string executable;
    std::vector<std::string> environment;
    std::vector<char*> argv, envp;
    std::string log;
    std::optional<identity> run_as;
    pid_t parent = ::getpid();
    int failed[2] = {-1, -1};  // closed by a successful exec; else the child writes errno into it
};

std::string look_up(const std::string& name) {
    if (name.find('/') != std::string::npos) return name;
    std::istringstream folders(std::getenv("PATH") != nullptr ? std::getenv("PATH") : "/usr/bin:/bin");
    // Debian keeps servers in sbin, which an ordinary user's PATH lacks.
    std::istringstream system_folders("/usr/local/sbin:/usr/sbin:/sbin");
    for (auto* list : {&folders, &system_folders}) {
        for (std::string folder; std::getline(*list, folder, ':');) {
            if (::access((folder + '/' + name).c_str(), X_OK) == 0) return folder + '/' + name;
        }
    }
    throw std::runtime_error(name + ": not found in PATH");
}

std::optional<identity> find_user(const std::string& name) {
    if (name.empty() || ::geteuid() != 0) return std::nullopt;
    const passwd* entry = ::getpwnam(name.c_str());
    if (entry == nullptr) throw std::runtime_error("no such user: " + name);
    return identity{entry->pw_uid, entry->pw_gid};
}

std::vector<std::string> make_environment(const process::options& o) {
    auto all = o.environment;
    for (const char* name :
         {"PATH", "HOME", "LANG", "TMPDIR", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
        if (const char* value = std::getenv(name)) all.try_emplace(name, value);
    }
    std::vector<std::string> lines;
    for (const auto& [name, value] : all)
        lines.push_back(name + '=' + value);
    return lines;
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> all;
    for (const auto& s : strings)
        all.push_back(const_cast<char*>(s.c_str()));
    all.push_back(nullptr);
    return all;
}

void give_up(const plan& p) {
    const int error = errno;
    [[maybe_unused]] const auto written = ::write(p.failed[1], &error, sizeof error);
    ::_exit(127);
}

void reset_signals() {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
}

[[noreturn]] void become(const plan& p) {
    reset_signals();
    ::setpgid(0, 0);  // its own process group, killed as a whole
    if (p.run_as && (::setgroups(0, nullptr) != 0 || ::setgid(p.run_as->group) != 0 || ::setuid(p.run_as->user) != 0)) {
        give_up(p);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);         // after setuid, which clears it
    if (::getppid() != p.parent) ::_exit(127);  // the parent died before the line above
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execve(p.executable.c_str(), p.argv.data(), p.envp.data());
    give_up(p);
    std::abort();
}

// The log is opened before the change of user, so that any user can write to it.
void redirect(const plan& p) {
    const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    const int out = ::open(p.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (in < 0 || out < 0 || ::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(out, 2) < 0) give_up(p);
}

}  // namespace

pid_t spawn(const process::options& o) {
    plan p;
    p.executable = look_up(o.argv.at(0));
    p.argv = pointers(o.argv);
    p.environment = make_environment(o);
    p.envp = pointers(p.environment);
    p.log = o.log.empty() ? "/dev/null" : o.log.string();
    p.run_as = find_user(o.user);
    if (::pipe2(p.failed, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        redirect(p);
        become(p);
    }
    ::close(p.failed[1]);
    int error = child < 0 ? errno : 0;
    [[maybe_unused]] const auto got = child < 0 ? 0 : ::read(p.failed[0], &error, sizeof error);
    ::close(p.failed[0]);
    if (error == 0) return child;
    if (child > 0) ::waitpid(child, nullptr, 0);
    throw std::runtime_error("cannot run " + p.executable + ": " + std::strerror(error));
}

}  // namespace tidings::support
