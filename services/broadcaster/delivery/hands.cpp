#include "delivery/hands.hpp"

#include <algorithm>

namespace tidings::broadcaster {

in_hand_share hands::hold(std::size_t bytes, taken by) const {
    auto* const part = by == taken::alone ? &counts_->alone : by == taken::retried ? &counts_->retried : nullptr;
    return {counts_, bytes, part};
}

event_ptr hands::find(retry_id id) const {
    const auto known = large_.find(id);
    return known == large_.end() ? nullptr : known->second.lock();
}

void hands::remember(const event_ptr& e) {
    if (large_.size() >= tidy_at_) {
        std::erase_if(large_, [](const auto& one) { return one.second.expired(); });
        tidy_at_ = std::max<std::size_t>(64, 2 * large_.size());
    }
    large_.insert_or_assign({e->incarnation, e->sequence}, e);
}

}  // namespace tidings::broadcaster
