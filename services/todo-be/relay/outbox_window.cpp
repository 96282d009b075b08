#include "relay/outbox_window.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tidings::todo_be {

std::size_t outbox_window::uuid_hash::operator()(const ids::uuid& id) const {
    std::size_t random_half = 0;  // the last eight bytes of a version 7 UUID are random
    std::memcpy(&random_half, id.bytes().data() + 8, sizeof random_half);
    return random_half;
}

void outbox_window::add(outbox_event e) {
    const auto seq = e.seq;
    const auto todo_id = e.todo_id;
    const auto size = e.payload.size();
    if (!events_.try_emplace(seq, held{std::move(e)}).second) return;
    bytes_ += size;
    auto& line = unstored_[todo_id];
    const auto place = std::lower_bound(line.begin(), line.end(), seq);
    const bool first = place == line.begin();
    // The former first of its to-do now waits behind this one, unless it is on its way already.
    if (first && !line.empty()) sendable_.erase(line.front());
    line.insert(place, seq);
    if (first) sendable_.insert(seq);
}

const outbox_event* outbox_window::next() {
    if (sendable_.empty()) return nullptr;
    auto& chosen = events_.at(*sendable_.begin());
    sendable_.erase(sendable_.begin());
    chosen.state = state::on_its_way;
    ++on_their_way_;
    return &chosen.event;
}

void outbox_window::stored(std::int64_t seq) {
    const auto it = events_.find(seq);
    if (it == events_.end() || it->second.state == state::stored) return;
    if (it->second.state == state::on_its_way) --on_their_way_;
    it->second.state = state::stored;
    bytes_ -= it->second.event.payload.size();
    it->second.event.payload = {};
    stored_.push_back(seq);
    sendable_.erase(seq);
    const auto line = unstored_.find(it->second.event.todo_id);
    std::erase(line->second, seq);
    if (line->second.empty()) {
        unstored_.erase(line);
    } else if (events_.at(line->second.front()).state == state::waiting) {
        sendable_.insert(line->second.front());
    }
}

void outbox_window::failed(std::int64_t seq) {
    const auto it = events_.find(seq);
    if (it == events_.end() || it->second.state != state::on_its_way) return;
    it->second.state = state::waiting;
    --on_their_way_;
    if (unstored_.at(it->second.event.todo_id).front() == seq) sendable_.insert(seq);
}

void outbox_window::forget(const std::vector<std::int64_t>& seqs) {
    for (const auto seq : seqs)
        events_.erase(seq);
    std::erase_if(stored_, [this](std::int64_t seq) { return !events_.contains(seq); });
}

std::vector<std::int64_t> outbox_window::all_seqs() const {
    std::vector<std::int64_t> seqs;
    seqs.reserve(events_.size());
    for (const auto& [seq, unused] : events_)
        seqs.push_back(seq);
    return seqs;
}

void outbox_window::clear() {
    events_.clear();
    unstored_.clear();
    sendable_.clear();
    stored_.clear();
    on_their_way_ = 0;
    bytes_ = 0;
}

}  // namespace tidings::todo_be
