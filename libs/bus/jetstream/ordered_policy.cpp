#include "bus/jetstream/ordered_policy.hpp"

#include <utility>

#include "runtime/backoff.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

void ordered_policy::start(runtime::time_point now) {
    arrived_ = 0;
    current_ = false;
    last_sign_ = now;
}

ordered_policy::verdict ordered_policy::created(std::uint64_t pending, std::uint64_t delivered,
                                                runtime::time_point now) {
    last_sign_ = now;
    failures_ = 0;
    // Messages may overtake this reply, and this reply may overtake messages.
    return pending == 0 && delivered == arrived_ ? complete() : verdict::wait;
}

ordered_policy::verdict ordered_policy::arrived(std::uint64_t sequence, std::uint64_t pending,
                                                runtime::time_point now) {
    last_sign_ = now;
    if (sequence != arrived_ + 1 && !missing_again(sequence)) return verdict::restart;
    arrived_ = sequence;
    return pending == 0 && !current_ ? complete() : verdict::in_order;
}

ordered_policy::verdict ordered_policy::heartbeat_arrived(std::uint64_t sequence, runtime::time_point now) {
    last_sign_ = now;
    if (sequence == arrived_) return verdict::wait;
    if (!missing_again(sequence + 1)) return verdict::restart;
    arrived_ = sequence;
    return complete();
}

// A message that is missing again at the same place is one that cnats drops: made so by its publisher.
bool ordered_policy::missing_again(std::uint64_t next) {
    const gap found{arrived_, next};
    return next > arrived_ + 1 && std::exchange(gap_, found) == found;
}

ordered_policy::verdict ordered_policy::complete() {
    return std::exchange(current_, true) ? verdict::wait : verdict::current;
}

std::chrono::milliseconds ordered_policy::failed(bool unanswered, double random) {
    if (unanswered) failures_ = 0;
    return runtime::backoff_pause(250ms, 5'000ms, ++failures_, random);
}

}  // namespace tidings::bus
