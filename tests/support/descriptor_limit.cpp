#include <sys/resource.h>

#include <cerrno>
#include <system_error>

#include "support/process.hpp"

namespace tidings::support {

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) return limit.rlim_cur;
    }
    throw std::system_error(errno, std::generic_category(), "cannot raise the limit of descriptors");
}

}  // namespace tidings::support
