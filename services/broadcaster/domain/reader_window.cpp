#include "domain/reader_window.hpp"

#include <algorithm>
#include <stdexcept>

namespace tidings::broadcaster {

void reader_window::read(std::uint64_t sequence, std::size_t holders) {
    if (sequence < head_) throw std::logic_error("an event was read twice");
    head_ = sequence + 1;
    if (holders > 0) in_hand_.push_back({sequence, holders});
}

void reader_window::advance(std::uint64_t head) {
    if (head < head_) throw std::logic_error("a reader does not go back");
    head_ = head;
}

void reader_window::done(std::uint64_t sequence) {
    const auto at = std::ranges::lower_bound(in_hand_, sequence, {}, &event::sequence);
    if (at == in_hand_.end() || at->sequence != sequence || at->holders == 0)
        throw std::logic_error("an event that is not in hand was done");
    --at->holders;
    while (!in_hand_.empty() && in_hand_.front().holders == 0)
        in_hand_.pop_front();
}

}  // namespace tidings::broadcaster
