#include "domain/standstill.hpp"

#include <utility>

namespace tidings::broadcaster {

void standstill::tick(time_point now) {
    const bool late = now - std::exchange(last_, now) > period_;
    if (late && !was_late_) awake_since_ = now;
    was_late_ = late;
}

}  // namespace tidings::broadcaster
