#include "http/server/descriptors.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace tidings::http {

using namespace std::chrono_literals;

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1'024;
    const auto soft = std::exchange(limit.rlim_cur, limit.rlim_max);
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : soft;
}

std::size_t connections_within(std::size_t descriptors) {
    const auto others = std::clamp<std::size_t>(descriptors / 4, 64, 1'024);
    return std::max(descriptors - std::min(others, descriptors / 2), std::size_t{1});
}

void spare_descriptor::take() {
    if (fd_ < 0) fd_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void spare_descriptor::release() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

bool growing_pause::is_over(runtime::time_point now) {
    constexpr runtime::duration first = 10s, longest = 10min;
    const bool never = pause_ == runtime::duration{};
    if (!never && now - passed_ < pause_) return false;
    pause_ = never || now - passed_ >= 2 * pause_ ? first : std::min(pause_ * 2, longest);
    passed_ = now;
    return true;
}

}  // namespace tidings::http
