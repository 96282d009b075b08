#include "domain/usual_age.hpp"

#include <algorithm>

namespace tidings::broadcaster {

std::chrono::steady_clock::duration usual_age(std::span<std::chrono::steady_clock::duration> ages) {
    if (ages.size() < 2) return {};
    const auto quarter = ages.begin() + static_cast<std::ptrdiff_t>((ages.size() - 1) / 4);
    std::ranges::nth_element(ages, quarter);
    return *quarter;
}

}  // namespace tidings::broadcaster
