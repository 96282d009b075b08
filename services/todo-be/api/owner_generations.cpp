#include "api/owner_generations.hpp"

#include <utility>

namespace tidings::todo_be {

const owner_generations::generation& owner_generations::of(user_id owner) const {
    const auto found = by_owner_.find(owner.value);
    return found == by_owner_.end() ? others_ : found->second;
}

void owner_generations::changed(user_id owner, std::string commit) {
    if (by_owner_.size() >= most_ && !by_owner_.contains(owner.value)) everybody_changed();
    by_owner_[owner.value] = {++last_, std::move(commit)};
}

void owner_generations::everybody_changed() {
    by_owner_.clear();
    others_ = {++last_};
}

void owner_generations::name(user_id owner, std::uint64_t number, std::string commit) {
    if (const auto& now = of(owner); now.number != number || !now.commit.empty()) return;
    if (by_owner_.size() < most_) by_owner_[owner.value] = {number, std::move(commit)};
}

}  // namespace tidings::todo_be
