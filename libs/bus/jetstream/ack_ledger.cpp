#include "bus/jetstream/ack_ledger.hpp"

#include <utility>

namespace tidings::bus {

namespace {

constexpr std::size_t most_missed = 64;

}  // namespace

void ack_ledger::add(ack_handler on_ack, runtime::time_point due) {
    waiting_.push_back({std::move(on_ack), due});
    ++open_;
}

ack_ledger::ack_handler ack_ledger::take(std::uint64_t number, bool acked) {
    if (number < first_ || number - first_ >= waiting_.size()) return {};
    auto on_ack = std::exchange(waiting_[number - first_].on_ack, {});
    if (!on_ack) return {};
    --open_;
    unproven_ = unproven_ && !acked;
    drop_taken();
    return on_ack;
}

std::vector<ack_ledger::ack_handler> ack_ledger::expire(runtime::time_point now) {
    std::vector<ack_handler> late;
    while (!waiting_.empty() && waiting_.front().due <= now) {
        missed_.emplace_back(first_, waiting_.front().due);
        if (missed_.size() > most_missed) missed_.pop_front();
        late.push_back(std::exchange(waiting_.front().on_ack, {}));
        --open_;
        drop_taken();
    }
    unproven_ = unproven_ || !late.empty();
    return late;
}

std::optional<runtime::time_point> ack_ledger::missed(std::uint64_t number) const {
    for (const auto& [missed, due] : missed_)
        if (missed == number) return due;
    return std::nullopt;
}

std::vector<ack_ledger::ack_handler> ack_ledger::clear() {
    std::vector<ack_handler> all;
    first_ += waiting_.size();
    missed_.clear();
    for (auto& w : std::exchange(waiting_, {}))
        if (w.on_ack) all.push_back(std::move(w.on_ack));
    open_ = 0;
    unproven_ = true;
    return all;
}

std::optional<runtime::time_point> ack_ledger::next_due() const {
    return waiting_.empty() ? std::nullopt : std::optional(waiting_.front().due);
}

void ack_ledger::drop_taken() {
    while (!waiting_.empty() && !waiting_.front().on_ack) {
        waiting_.pop_front();
        ++first_;
    }
}

}  // namespace tidings::bus
