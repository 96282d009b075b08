#include "domain/endpoint_window.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tidings::broadcaster {

namespace {

constexpr std::size_t most_kept_empty = 256;  // events that an empty window has room for

}  // namespace

endpoint_window::endpoint_window(const done_set& from) : next_(from.next), known_(from.known) {
    for (const auto sequence : from.undone)
        events_.push_back({sequence, state::again});
    again_ = events_.size();
    if (again_ == 0) next_ = from.end();
}

const endpoint_window::event* endpoint_window::find(std::uint64_t sequence) const {
    const auto from = events_.begin() + static_cast<std::ptrdiff_t>(first_);
    const auto at = std::ranges::lower_bound(from, events_.end(), sequence, {},
                                             [](const event& e) -> std::uint64_t { return e.sequence; });
    return at != events_.end() && at->sequence == sequence ? &*at : nullptr;
}

bool endpoint_window::waits_again(std::uint64_t sequence) const {
    const auto* const e = again_ == 0 ? nullptr : find(sequence);
    return e != nullptr && e->is == state::again;
}

void endpoint_window::take(std::uint64_t sequence) {
    if (!takes(sequence)) throw std::logic_error("an event was read twice");
    if (again_ > 0) pass_over(sequence);
    ++in_hand_;
    next_ = sequence + 1;
    if (sequence >= known_) {
        events_.push_back({sequence, state::in_hand});
        return;
    }
    find(sequence)->is = state::in_hand;
    if (--again_ == 0) next_ = known_;
}

void endpoint_window::read_to(std::uint64_t next) {
    if (next <= next_) return;
    if (again_ > 0) pass_over(next);
    next_ = std::max(next, again_ == 0 ? known_ : 0);
}

// They are gone from the stream, or not wanted any more.
void endpoint_window::pass_over(std::uint64_t next) {
    for (auto e = events_.begin() + static_cast<std::ptrdiff_t>(first_); e != events_.end() && e->sequence < next;
         ++e) {
        if (e->is != state::again) continue;
        e->is = state::done;
        --again_;
        ++unwritten_;
    }
    find_first();
}

void endpoint_window::find_first() {
    while (first_ < events_.size() && !events_[first_].undone())
        ++first_;
}

void endpoint_window::done(std::uint64_t sequence) {
    auto* const at = find(sequence);
    if (at == nullptr || at->is != state::in_hand) throw std::logic_error("an event that is not in hand was done");
    at->is = state::done;
    --in_hand_;
    ++unwritten_;
    find_first();
}

void endpoint_window::let_go() {
    if (in_hand_ == 0) return;
    known_ = std::max(known_, next_);
    for (auto& e : events_)
        if (e.is == state::in_hand) e.is = state::again;
    again_ += std::exchange(in_hand_, 0);
    next_ = lowest();
}

void endpoint_window::put_off(std::uint64_t sequence) {
    if (sequence < end()) throw std::logic_error("an event was put off that is known");
    if (again_ == 0) next_ = sequence;  // it wants nothing below
    events_.push_back({sequence, state::again});
    ++again_;
    known_ = sequence + 1;
}

std::uint64_t endpoint_window::first_again() const {
    const auto from = events_.begin() + static_cast<std::ptrdiff_t>(first_);
    const auto at = std::find_if(from, events_.end(), [](const event& e) { return e.is == state::again; });
    if (at == events_.end()) throw std::logic_error("no event is to be read again");
    return at->sequence;
}

endpoint_window::range endpoint_window::unread_of(range r) const {
    if (again_ == 0) return {std::max(r.first, std::min(next_, r.next)), r.next};
    range found{r.next, r.next > known_ ? r.next : r.first};
    for (const auto& e : events_) {
        if (e.is != state::again || e.sequence < r.first || e.sequence >= r.next) continue;
        found.first = std::min<std::uint64_t>(found.first, e.sequence);
        found.next = std::max<std::uint64_t>(found.next, e.sequence + 1);
    }
    if (r.next > known_) found.first = std::min(found.first, std::max(r.first, known_));
    return found.first < found.next ? found : range{r.next, r.next};
}

done_set endpoint_window::done_so_far() const {
    done_set all(lowest());
    if (all_done()) return all;
    all.known = std::max(next_, known_);
    for (auto i = first_; i < events_.size(); ++i) {
        if (!events_[i].undone()) continue;
        if (all.undone.size() == done_set::most_undone) {
            all.known = events_[i].sequence;
            break;
        }
        all.undone.push_back(events_[i].sequence);
    }
    return all;
}

void endpoint_window::write_begins(const done_set& written) {
    for (auto& e : events_)
        if (e.is == state::done && e.sequence < written.end()) e.is = state::done_under_way;
}

void endpoint_window::written() {
    const auto gone = std::ranges::remove(events_, state::done_under_way, [](const event& e) { return e.is; });
    unwritten_ -= gone.size();
    forget(gone.begin());
}

void endpoint_window::written_below(std::uint64_t position) {
    const auto end = events_.begin() + static_cast<std::ptrdiff_t>(first_);
    const auto last = std::find_if(events_.begin(), end, [&](const event& e) { return e.sequence >= position; });
    if (last == events_.begin()) return;
    unwritten_ -= static_cast<std::size_t>(last - events_.begin());
    forget(std::move(last, events_.end(), events_.begin()));
}

void endpoint_window::forget(iterator from) {
    events_.erase(from, events_.end());
    if (events_.empty() && events_.capacity() > most_kept_empty) events_ = {};
    first_ = 0;
    find_first();
}

}  // namespace tidings::broadcaster
