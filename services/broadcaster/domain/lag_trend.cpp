#include "domain/lag_trend.hpp"

#include <utility>

namespace tidings::broadcaster {

bool lag_trend::grows(std::uint64_t behind, time_point now) {
    if (now - looked_at_ < period) return grows_;
    const bool is_first = std::exchange(looked_at_, now) == time_point{};
    const auto before = std::exchange(behind_, behind);
    return grows_ = !is_first && behind > before;
}

}  // namespace tidings::broadcaster
