#include "api/access/places.hpp"

namespace tidings::todo_be {

std::shared_ptr<void> places::take(user_id by, bool among_many) {
    auto& own = taken_->of[by.value];
    if (taken_->all >= most_ || (among_many && own >= most_ / 4)) {
        if (own == 0) taken_->of.erase(by.value);
        return nullptr;
    }
    ++own;
    ++taken_->all;
    return {taken_.get(), [taken = taken_, by](counts*) {
                --taken->all;
                if (--taken->of[by.value] == 0) taken->of.erase(by.value);
            }};
}

}  // namespace tidings::todo_be
