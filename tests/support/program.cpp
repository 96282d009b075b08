#include <cstdlib>

#include "support/servers.hpp"

namespace tidings::support {

std::string program(const std::string& name) {
    if (const char* folder = std::getenv("TIDINGS_BIN")) return (std::filesystem::path(folder) / name).string();
    const auto tests = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    return (tests.parent_path() / "bin" / name).string();
}

}  // namespace tidings::support
