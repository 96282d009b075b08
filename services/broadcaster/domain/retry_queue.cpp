#include "domain/retry_queue.hpp"

#include <algorithm>
#include <stdexcept>

namespace tidings::broadcaster {

bool retry_queue::first_of_key(retry_id id, const entry& e) const {
    return e.key.empty() || *keys_.find(e.key)->second.begin() == id;
}

void retry_queue::offer(retry_id id) {
    const auto& e = entries_.at(id);
    if (!e.busy && e.stored > 0 && first_of_key(id, e)) due_.emplace(e.due, id);
}

void retry_queue::withdraw(retry_id id) { due_.erase({entries_.at(id).due, id}); }

void retry_queue::hold(retry_id id, std::string key, std::uint64_t attempts, time_point due) {
    found(id, {0, attempts, due, std::move(key), true});
}

void retry_queue::found(retry_id id, entry e) {
    const auto known = entries_.find(id);
    if (known != entries_.end()) {
        if (e.stored <= known->second.stored) return;
        withdraw(id);
        const bool busy = known->second.busy;
        known->second = std::move(e);
        known->second.busy = busy;
        return offer(id);
    }
    if (!e.key.empty()) {
        auto& queue = keys_[e.key];
        // An earlier one takes the place of the first; that one waits its turn.
        if (!queue.empty() && id < *queue.begin()) withdraw(*queue.begin());
        queue.insert(id);
    }
    entries_.emplace(id, std::move(e));
    offer(id);
}

void retry_queue::stored(retry_id id, std::uint64_t stored) {
    const auto e = entries_.find(id);
    if (e == entries_.end()) return;
    withdraw(id);
    e->second.stored = std::max(e->second.stored, stored);
    e->second.busy = false;
    offer(id);
}

std::optional<retry_id> retry_queue::take(time_point now, retry_id passed) {
    for (auto it = due_.begin(); it != due_.end() && it->first <= now; ++it) {
        const auto id = it->second;
        if (id.incarnation == passed.incarnation && id.sequence >= passed.sequence) continue;
        due_.erase(it);
        entries_.at(id).busy = true;
        return id;
    }
    return std::nullopt;
}

void retry_queue::hasten(time_point now) {
    for (auto& [id, e] : entries_) {
        if (!e.unreachable || e.due <= now) continue;
        withdraw(id);
        e.due = now;
        offer(id);
    }
}

void retry_queue::again(retry_id id, std::uint64_t attempts, time_point due, bool unreachable) {
    auto& e = entries_.at(id);
    if (!e.busy) throw std::logic_error("a retry that nobody has taken is put off");
    e.attempts = attempts;
    e.due = due;
    e.unreachable = unreachable;
}

void retry_queue::put_back(retry_id id) {
    entries_.at(id).busy = false;
    offer(id);
}

void retry_queue::settle(retry_id id) {
    const auto e = entries_.find(id);
    if (e == entries_.end()) return;
    withdraw(id);
    const auto key = std::move(e->second.key);
    entries_.erase(e);
    if (key.empty()) return;
    const auto queue = keys_.find(key);
    queue->second.erase(id);
    if (queue->second.empty()) {
        keys_.erase(queue);
    } else {
        offer(*queue->second.begin());
    }
}

std::optional<retry_queue::time_point> retry_queue::next_due() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
}

}  // namespace tidings::broadcaster
