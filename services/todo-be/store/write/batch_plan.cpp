#include "store/write/batch_plan.hpp"

#include <algorithm>

namespace tidings::todo_be {

namespace {

constexpr runtime::duration longest_patience = std::chrono::milliseconds(1);

// The ids of creates are new: no need to look for them.
bool may_repeat(const write_request& r) {
    return std::holds_alternative<queued_change>(r) || std::holds_alternative<queued_remove>(r);
}

bool goes_alone(const write_request& r) {
    return std::holds_alternative<queued_set>(r) || std::holds_alternative<queued_restore>(r);
}

}  // namespace

bool batch_plan::take(const write_request& next, std::size_t bytes) {
    if (size_ == most_rows || bytes_ >= most_bytes || (size_ > 0 && next.index() != kind_)) return false;
    if (size_ > 0 && goes_alone(next)) return false;
    const auto id = todo_of(next);
    if (may_repeat(next) && std::find(todos_, todos_ + size_, id) != todos_ + size_) return false;
    kind_ = next.index();
    bytes_ += bytes;
    todos_[size_++] = id;
    return true;
}

std::optional<patience> patience_after(std::size_t waiting, std::size_t answered, runtime::duration took) {
    const auto all = std::min(waiting + answered, most_rows);
    if (waiting == 0 || waiting >= all) return std::nullopt;
    return patience{all, std::min(took / 4, longest_patience)};
}

}  // namespace tidings::todo_be
