#include "support/process_tree.hpp"

#include <fstream>
#include <sstream>

namespace tidings::support {

namespace {

struct stat_line {
    char state;
    pid_t parent;
};

// proc(5): "pid (comm) state ppid ..."; comm may hold blanks and brackets, so look for the last ")".
std::optional<stat_line> read_stat(const std::filesystem::path& folder) {
    std::ifstream in(folder / "stat");
    std::string line;
    if (!std::getline(in, line)) return std::nullopt;
    std::istringstream rest(line.substr(line.rfind(')') + 1));
    stat_line s{};
    rest >> s.state >> s.parent;
    return s;
}

std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        const auto s = read_stat(entry.path());
        if (s && s->parent == parent) found.push_back(static_cast<pid_t>(std::stol(name)));
    }
    return found;
}

}  // namespace

bool gone(pid_t pid) {
    const auto s = read_stat("/proc/" + std::to_string(pid));
    return !s || s->state == 'Z' || s->state == 'X';
}

void kill_with_children(process& root) {
    root.signal(SIGSTOP);  // no new children meanwhile
    const auto children = children_of(root.pid());
    for (const pid_t child : children)
        ::kill(child, SIGKILL);
    root.kill();
    for (const pid_t child : children) {
        eventually([child] { return gone(child); });
    }
}

}  // namespace tidings::support
