// How many events of an endpoint its stream has lost: each is counted once, however often the gap is found, as by each
// probe of a paused endpoint. Pure.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tidings::broadcaster {

class gap_count {
  public:
    // Messages first .. next-1 are gone. How many of them were not in the gap that was found last, which they may
    // widen.
    std::uint64_t found(std::uint64_t first, std::uint64_t next) {
        const bool apart = next < first_ || first > next_;
        const auto known = apart ? 0 : std::min(next, next_) - std::max(first, first_);
        first_ = apart ? first : std::min(first, first_);
        next_ = apart ? next : std::max(next, next_);
        return next - first - known;
    }

  private:
    std::uint64_t first_ = 0, next_ = 0;
};

}  // namespace tidings::broadcaster
