#include "runtime/version.hpp"

#include <cstdlib>
#include <string>

namespace tidings::runtime {

std::string_view version() { return TIDINGS_VERSION; }

std::string_view major_minor_version() { return version().substr(0, version().rfind('.')); }

std::string_view commit() {
    static const std::string said = [] {
        const char* value = std::getenv("TIDINGS_COMMIT");
        const std::string text = value == nullptr ? "" : value;
        const bool good = text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
        return text.empty() || !good ? std::string("unknown") : text;
    }();
    return said;
}

}  // namespace tidings::runtime
