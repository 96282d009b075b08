#include "domain/catch_up_rate.hpp"

#include <algorithm>
#include <utility>

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr auto shortest_pause = 1ms;  // a wake-up of this process costs as much as an attempt

double seconds(catch_up_rate::duration d) { return std::chrono::duration<double>(d).count(); }

}  // namespace

void catch_up_rate::adapt(double load, bool live, time_point now) {
    const auto passed = seconds(now - std::exchange(adapted_, now));
    const auto begun = static_cast<double>(std::exchange(begun_, 0));
    if (!live) {
        per_second_ = 0;
    } else if (load > wanted_load && passed > 0) {
        // What the load would be with fewer of them, if nothing else changed; by steps, for it is not exact.
        per_second_ = std::max(least, begun / passed * std::max(0.5, wanted_load / load));
    } else if (per_second_ > 0) {
        per_second_ *= 1.1;
    }
}

// What was not used for longer than two pauses is lost: a timer is late now and then.
bool catch_up_rate::allow(time_point now) {
    if (limits()) {
        const auto gained = seconds(now - std::exchange(filled_, now)) * per_second_;
        left_ = std::min(left_ + gained, 2 * seconds(pause()) * per_second_);
        if (left_ < 1) return false;
        left_ -= 1;
    }
    ++begun_;
    return true;
}

catch_up_rate::duration catch_up_rate::pause() const {
    if (!limits()) return shortest_pause;
    const auto one = std::chrono::duration_cast<duration>(std::chrono::duration<double>(1 / per_second_));
    return std::max<duration>(shortest_pause, one);
}

}  // namespace tidings::broadcaster
