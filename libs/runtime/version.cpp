#include "runtime/version.hpp"

namespace tidings::runtime {

std::string_view version() { return TIDINGS_VERSION; }

std::string_view major_minor_version() { return version().substr(0, version().rfind('.')); }

}  // namespace tidings::runtime
