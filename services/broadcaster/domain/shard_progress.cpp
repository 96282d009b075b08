#include "domain/shard_progress.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tidings::broadcaster {

void shard_progress::add(slot endpoint, std::optional<done_set> own, std::uint64_t start, bool counted) {
    endpoint_progress e(std::move(own), std::max(start, head_));
    if (!counted) e.count(false);
    if (!endpoints_.emplace(endpoint, std::move(e)).second) throw std::logic_error("an endpoint was added twice");
    may_want_offered(endpoint);
}

void shard_progress::remove(slot endpoint) {
    const auto e = endpoints_.find(endpoint);
    counts_one_that_is_gone_ = counts_one_that_is_gone_ || e->second.counted();
    endpoints_.erase(e);
    std::erase(refused_, endpoint);
}

void shard_progress::restart(std::uint64_t next) {
    shard_progress anew(next);
    for (const auto& [slot, e] : endpoints_) {
        anew.add(slot, std::nullopt);
        if (e.state() != endpoint_progress::mode::riding) anew.leave(slot);
    }
    *this = std::move(anew);
    stored_ = 0;
}

void shard_progress::offer(std::uint64_t sequence) {
    offered_ = sequence;
    refused_.clear();
}

bool shard_progress::read_if_taken() {
    if (refused_.empty()) read(offered_);
    return refused_.empty();
}

void shard_progress::read_alone(slot endpoint, std::uint64_t next, bool keeps_up) {
    auto& e = endpoints_.at(endpoint);
    e.read_to(next);
    if (e.follows() && e.waiting_again() == 0) e.read_to(head_);
    if (!keeps_up || e.next() < head_) return;
    e.attach();
    may_want_offered(endpoint);
}

void shard_progress::skip_to(std::uint64_t next) {
    for (auto& [slot, e] : endpoints_)
        if (!e.rides()) e.lose_track(next);
    passed(next);
}

void shard_progress::put_off(slot endpoint, std::uint64_t sequence) {
    if (auto& e = endpoints_.at(endpoint); !e.rides()) e.put_off(sequence);
}

void shard_progress::change_filter(slot endpoint) {
    lose_track(endpoint);
    may_want_offered(endpoint);
}

bool shard_progress::part(std::size_t most) {
    const auto has_offered = [this](const auto& e) { return e.second.rides() && e.second.end() > offered_; };
    const bool few = refused_.size() <= most;
    if (few && offered_ >= head_ && std::ranges::any_of(endpoints_, has_offered)) {
        if (!std::ranges::all_of(refused_, [this](slot n) { return leave(n); })) return false;
        for (const auto n : std::exchange(refused_, {}))
            put_off(n, offered_);
        read(offered_);
    }
    const auto elsewhere = [this](const auto& e) { return e.second.rides() && !e.second.covered_by(head_); };
    bool all = true;
    if (static_cast<std::size_t>(std::ranges::count_if(endpoints_, elsewhere)) <= most)
        for (auto& e : endpoints_)
            if (elsewhere(e)) all = e.second.leave(head_) && all;
    return all && !under_way_ && position() <= stored_ && !counts_wrong();
}

bool shard_progress::done(slot endpoint, std::uint64_t sequence) {
    auto& e = endpoints_.at(endpoint);
    e.done(sequence);
    return e.unwritten() == endpoint_progress::written_at_once;
}

std::uint64_t shard_progress::position() const {
    auto lowest = head_;
    for (const auto& [slot, e] : endpoints_)
        if (!e.reads_alone()) lowest = std::min(lowest, e.lowest(head_));
    return lowest;
}

std::optional<std::uint64_t> shard_progress::next_shard_write() {
    if (under_way_) return std::nullopt;
    // Beside a position of this stream, a successor would take the endpoints' own for those of this one as well.
    const auto leaves = [](const auto& e) { return e.second.state() == endpoint_progress::mode::leaving; };
    if (stored_ == 0 && std::ranges::any_of(endpoints_, leaves)) return std::nullopt;
    const auto now = std::max(position(), stored_);
    if (now == stored_ && !counts_wrong()) return std::nullopt;
    under_way_ = now;
    counts_one_that_is_gone_ = false;
    for (auto& [slot, e] : endpoints_)
        e.count(e.own_place(head_, stored_).has_value());
    return under_way_;
}

bool shard_progress::counts_wrong() const {
    return counts_one_that_is_gone_ || std::ranges::any_of(endpoints_, [this](const auto& e) {
               return e.second.counted() != e.second.own_place(head_, stored_).has_value();
           });
}

own_places shard_progress::own() const {
    own_places all;
    for (const auto& [slot, e] : endpoints_) {
        if (const auto place = e.own_place(head_, stored_)) all.add(*place);
    }
    return all;
}

bool shard_progress::shard_stored() {
    if (!under_way_) throw std::logic_error("nothing was being stored");
    stored_ = *std::exchange(under_way_, std::nullopt);
    bool much = false;
    for (auto& [slot, e] : endpoints_) {
        e.shard_stored(stored_);
        much = much || (e.rides() && e.unwritten() >= endpoint_progress::written_at_once);
    }
    return much;
}

bool shard_progress::own_stored(slot endpoint) {
    auto& e = endpoints_.at(endpoint);
    const auto before = e.unwritten();
    e.stored(stored_);
    return e.unwritten() < before && e.unwritten() >= endpoint_progress::written_at_once;
}

std::vector<std::pair<shard_progress::slot, own_write>> shard_progress::next_own_writes() {
    std::vector<std::pair<slot, own_write>> writes;
    for (auto& [slot, e] : endpoints_)
        if (const auto w = e.next_write(head_, stored_, under_way_.has_value())) writes.emplace_back(slot, *w);
    return writes;
}

}  // namespace tidings::broadcaster
