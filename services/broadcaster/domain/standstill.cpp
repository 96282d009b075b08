#include "domain/standstill.hpp"

#include <utility>

namespace tidings::broadcaster {

void standstill::tick(time_point now) {
    const auto gap = now - std::exchange(last_, now);
    const bool late = gap > period_;
    if (gap > far * period_ || (late && !was_late_)) awake_since_ = now;
    was_late_ = late;
}

}  // namespace tidings::broadcaster
