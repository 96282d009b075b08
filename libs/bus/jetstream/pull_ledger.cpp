#include "bus/jetstream/pull_ledger.hpp"

#include <algorithm>

namespace tidings::bus {

std::uint64_t pull_ledger::open(std::size_t batch, runtime::time_point due) {
    requests_.push_back({batch, due, true});
    outstanding_ += batch;
    open_batches_ += batch;
    return first_ + requests_.size() - 1;
}

void pull_ledger::arrived() {
    if (outstanding_ > 0) --outstanding_;
    if (outstanding_ == 0) reset();  // all open requests have been served in full
}

bool pull_ledger::ended(std::uint64_t number, std::optional<std::size_t> unserved) {
    if (number < first_ || number - first_ >= requests_.size()) return false;
    auto& r = requests_[number - first_];
    if (!r.open) return false;
    outstanding_ -= std::min(outstanding_, unserved.value_or(r.batch));
    close(r);
    return true;
}

void pull_ledger::expire(runtime::time_point now) {
    // The front one is always open: close() drops closed requests ahead of it.
    while (!requests_.empty() && requests_.front().due <= now)
        close(requests_.front());
}

std::optional<runtime::time_point> pull_ledger::next_due() const {
    return requests_.empty() ? std::nullopt : std::optional(requests_.front().due);
}

void pull_ledger::reset() {
    first_ += requests_.size();
    requests_.clear();
    outstanding_ = 0;
    open_batches_ = 0;
}

void pull_ledger::close(request& r) {
    r.open = false;
    open_batches_ -= r.batch;
    outstanding_ = std::min(outstanding_, open_batches_);
    while (!requests_.empty() && !requests_.front().open) {
        requests_.pop_front();
        ++first_;
    }
}

}  // namespace tidings::bus
