#include "runtime/thread_load.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

namespace tidings::runtime {

double thread_load::since_last() {
    timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    const duration worked = std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
    const auto at = now();
    const auto passed = at - std::exchange(asked_, at);
    const auto share = worked - std::exchange(worked_, worked);
    if (passed <= duration{}) return 0;
    return std::min(1.0, static_cast<double>(share.count()) / static_cast<double>(passed.count()));
}

}  // namespace tidings::runtime
