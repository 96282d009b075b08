#include "identity/key_schedule.hpp"

#include <algorithm>

namespace tidings::identity {

key_schedule::key_schedule(const key_times& times, runtime::time_point now)
    : times_(times), retry_(times.retry_first, times.retry_last), due_(now) {}

void key_schedule::succeeded(std::optional<std::chrono::seconds> fresh, runtime::time_point now) {
    const runtime::duration told = fresh ? std::min<runtime::duration>(*fresh, times_.longest) : times_.longest;
    due_ = now + std::max(told, times_.shortest);
    succeeded_ = now;
    retry_.reset();
    under_way_ = false;
}

void key_schedule::failed(runtime::time_point now) {
    due_ = now + retry_.next();
    under_way_ = false;
}

bool key_schedule::ask(runtime::time_point now) {
    if (under_way_) return true;
    if (asked_ && now - *asked_ < times_.unknown) return false;
    asked_ = now;
    due_ = now;
    return true;
}

}  // namespace tidings::identity
