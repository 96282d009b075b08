#include "domain/retry_queue.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <stdexcept>

namespace tidings::broadcaster {

namespace {

std::uint64_t hash_of(std::string_view key) {
    return key.empty() ? 0 : std::max<std::uint64_t>(std::hash<std::string_view>{}(key), 1);
}

// To microseconds, as JetStream tells it in JSON.
std::uint32_t folded(std::int64_t event_ns) {
    const auto us = static_cast<std::uint64_t>(event_ns / 1'000);
    return us == 0 ? 0 : std::max(static_cast<std::uint32_t>(us ^ (us >> 32)), std::uint32_t{1});
}

bool same_time(std::uint32_t a, std::uint32_t b) { return a == b || a == 0 || b == 0; }

std::uint16_t count_of(std::uint64_t attempts) {
    return static_cast<std::uint16_t>(std::min<std::uint64_t>(attempts, std::numeric_limits<std::uint16_t>::max()));
}

}  // namespace

retry_queue::slot retry_queue::at(retry_id id) const {
    const auto s = records_.find(id);
    if (s == none) throw std::logic_error("a retry that is not there");
    return s;
}

bool retry_queue::holds(std::string_view key) const {
    return !key.empty() && records_.size() > 0 && records_.first_of(hash_of(key)) != none;
}

bool retry_queue::contains(retry_id id, std::int64_t event_ns) const {
    const auto s = records_.find(id);
    return s != none && same_time(records_[s].time, folded(event_ns));
}

bool retry_queue::is_same(std::int64_t event_ns, std::int64_t other_ns) {
    return same_time(folded(event_ns), folded(other_ns));
}

void retry_queue::becomes(retry_id id, std::int64_t event_ns) { records_[at(id)].time = folded(event_ns); }

void retry_queue::offer(slot s) {
    const auto& r = records_[s];
    if (r.busy || r.heap != none || !records_.is_first(s)) return;
    heap_.push_back(s);
    place(heap_.size() - 1, s);
    rise(heap_.size() - 1);
}

void retry_queue::withdraw(slot s) {
    const auto where = records_[s].heap;
    if (where == none) return;
    records_[s].heap = none;
    const auto last = heap_.back();
    heap_.pop_back();
    if (last == s) return;
    place(where, last);
    rise(where);
    sink(records_[last].heap);
}

bool retry_queue::earlier(slot a, slot b) const {
    const auto &x = records_[a], &y = records_[b];
    return x.due != y.due ? x.due < y.due : x.id() < y.id();
}

void retry_queue::place(std::size_t at, slot s) {
    heap_[at] = s;
    records_[s].heap = static_cast<std::uint32_t>(at);
}

void retry_queue::rise(std::size_t at) {
    const auto s = heap_[at];
    for (; at > 0 && earlier(s, heap_[(at - 1) / 2]); at = (at - 1) / 2)
        place(at, heap_[(at - 1) / 2]);
    place(at, s);
}

void retry_queue::sink(std::size_t at) {
    const auto s = heap_[at];
    for (;;) {
        auto child = 2 * at + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && earlier(heap_[child + 1], heap_[child])) ++child;
        if (!earlier(heap_[child], s)) break;
        place(at, heap_[child]);
        at = child;
    }
    place(at, s);
}

void retry_queue::hold(retry_id id, std::string_view key, std::uint64_t attempts, time_point due, std::uint32_t bytes) {
    found(id, {0, attempts, due, std::string(key), true, false, bytes});
}

void retry_queue::found(retry_id id, const entry& e) {
    const auto known = records_.find(id);
    if (known != none) {
        auto& r = records_[known];
        if (e.stored <= r.stored) return;
        withdraw(known);
        r.stored = e.stored;
        r.attempts = count_of(e.attempts);
        r.due = milliseconds_of(e.due);
        r.unreachable = e.unreachable;
        r.time = folded(e.event_ns);
        return offer(known);
    }
    retry_record r;
    r.sequence = id.sequence;
    r.incarnation = id.incarnation;
    r.stored = e.stored;
    r.due = milliseconds_of(e.due);
    r.key = hash_of(e.key);
    r.attempts = count_of(e.attempts);
    r.busy = e.busy;
    r.unreachable = e.unreachable;
    r.bytes = e.bytes;
    r.time = folded(e.event_ns);
    const auto first = r.key != 0 ? records_.first_of(r.key) : none;
    const auto s = records_.add(r);
    // An earlier one takes the place of the first; that one waits its turn.
    if (first != none && records_.is_first(s)) withdraw(first);
    offer(s);
}

void retry_queue::stored(retry_id id, std::uint64_t stored) {
    const auto s = records_.find(id);
    if (s == none) return;
    withdraw(s);
    auto& r = records_[s];
    r.stored = std::max(r.stored, stored);
    r.busy = false;
    offer(s);
}

// Those that have been read by now, or whose stream is gone, may be tried.
void retry_queue::unpark(retry_id passed) {
    const bool other_stream = passed.incarnation != parked_of_;
    parked_of_ = passed.incarnation;
    while (!parked_.empty() && (other_stream || parked_.front().sequence < passed.sequence)) {
        std::ranges::pop_heap(parked_, std::greater<>{});
        const auto s = records_.find(parked_.back());
        parked_.pop_back();
        if (s != none) offer(s);
    }
}

std::optional<retry_id> retry_queue::take(time_point now, retry_id passed) {
    unpark(passed);
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count();
    while (!heap_.empty() && records_[heap_.front()].due <= ms) {
        const auto s = heap_.front();
        const auto id = records_[s].id();
        withdraw(s);
        if (id.incarnation == passed.incarnation && id.sequence >= passed.sequence) {
            parked_.push_back(id);
            std::ranges::push_heap(parked_, std::greater<>{});
            continue;
        }
        records_[s].busy = true;
        return id;
    }
    return std::nullopt;
}

void retry_queue::hasten(time_point now) {
    const auto ms = milliseconds_of(now);
    records_.for_each([&](slot s) {
        auto& r = records_[s];
        if (!r.unreachable || r.due <= ms) return;
        withdraw(s);
        r.due = ms;
        offer(s);
    });
}

void retry_queue::again(retry_id id, std::uint64_t attempts, time_point due, bool unreachable) {
    auto& r = records_[at(id)];
    if (!r.busy) throw std::logic_error("a retry that nobody has taken is put off");
    r.attempts = count_of(attempts);
    r.due = milliseconds_of(due);
    r.unreachable = unreachable;
}

void retry_queue::put_back(retry_id id) {
    const auto s = at(id);
    records_[s].busy = false;
    offer(s);
}

void retry_queue::withhold(retry_id id) {
    const auto s = at(id);
    withdraw(s);
    records_[s].busy = true;
}

void retry_queue::settle(retry_id id) {
    const auto s = records_.find(id);
    if (s == none) return;
    withdraw(s);
    const auto key = records_[s].key;
    records_.remove(s);
    if (records_.size() == 0) parked_.clear();
    if (const auto next = key != 0 ? records_.first_of(key) : none; next != none) offer(next);
}

std::optional<retry_queue::time_point> retry_queue::next_due() const {
    if (heap_.empty()) return std::nullopt;
    return time_of(records_[heap_.front()].due);
}

}  // namespace tidings::broadcaster
