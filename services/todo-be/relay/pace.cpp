#include "relay/pace.hpp"

#include <algorithm>

#include "runtime/backoff.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t large_read = 32;
constexpr auto read_pause = 3ms;
// nats-server spent 22 us on an event in bursts of 24, one each 2.4 ms, and 18 us in bursts of 96, one each 9.6 ms. A
// few events at a time go out immediately.
constexpr std::size_t large_burst = 16;
constexpr auto burst_pause = 5ms;
constexpr auto first_failure_pause = 50ms;
constexpr auto longest_failure_pause = 2s;

}  // namespace

void pace::published(time_point now, std::size_t events) {
    if (events >= large_burst) publish_at_ = now + burst_pause;
}

bool pace::failed(time_point now, double random) {
    if (now < failing_until_) return false;
    failing_until_ = now + runtime::backoff_pause(first_failure_pause, longest_failure_pause, ++failures_, random);
    publish_at_ = std::max(publish_at_, failing_until_);
    return true;
}

void pace::read(time_point now, std::size_t rows) {
    if (rows >= large_read) read_at_ = now + read_pause;
}

}  // namespace tidings::todo_be
