#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <system_error>

#include "support/process.hpp"

namespace tidings::support {

temp_dir::temp_dir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "tidings-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), "cannot make " + pattern);
    }
    path_ = pattern;
    // PostgreSQL refuses to run as root, so its user needs access.
    using std::filesystem::perms;
    std::filesystem::permissions(path_, perms::owner_all | perms::group_exec | perms::others_exec);
}

temp_dir::~temp_dir() {
    if (std::getenv("TIDINGS_KEEP") != nullptr) {
        std::cerr << "kept: " << path_.string() << '\n';
        return;
    }
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace tidings::support
