#include "domain/done_set.hpp"

#include <algorithm>

namespace tidings::broadcaster {

bool done_set::contains(std::uint64_t sequence) const {
    return sequence < next || (sequence < known && !std::ranges::binary_search(undone, sequence));
}

}  // namespace tidings::broadcaster
