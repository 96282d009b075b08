#include "runtime/thread_load.hpp"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <utility>

namespace tidings::runtime {

namespace {

duration time_on_a_core() {
    timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

// proc(5); zero where the kernel does not count it.
duration time_without_a_core() {
    std::ifstream file("/proc/thread-self/schedstat");
    std::int64_t ran = 0, waited = 0;
    return file >> ran >> waited ? std::chrono::nanoseconds(waited) : duration{};
}

}  // namespace

double thread_load::since_last() {
    const auto busy = time_on_a_core() + time_without_a_core();
    const auto at = now();
    const auto passed = at - std::exchange(asked_, at);
    const auto share = busy - std::exchange(busy_, busy);
    if (passed <= duration{}) return 0;
    return std::min(1.0, static_cast<double>(share.count()) / static_cast<double>(passed.count()));
}

}  // namespace tidings::runtime
