#include "delivery/endpoint_retries.hpp"

#include <algorithm>
#include <utility>

#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t most_fetched = 8;  // at a time

retry_queue::time_point wall_clock() { return std::chrono::system_clock::now(); }

}  // namespace

std::optional<endpoint_retries::wall_time> endpoint_retries::next_due() const {
    return tried_.size() + fetching_ < most_fetched ? queue_.next_due() : std::nullopt;
}

void endpoint_retries::found(retry_id id, retry_queue::entry e, bool held) {
    e.busy = held;
    queue_.found(id, std::move(e));
}

void endpoint_retries::fetch(std::size_t most, retry_id passed) {
    if (queue_.size() == 0) return;
    while (tried_.size() + fetching_ < std::min(most, most_fetched)) {
        const auto id = queue_.take(wall_clock(), passed);
        if (!id) return;
        ++fetching_;
        desk_->fetch(address_of(*id), queue_.at(*id).stored,
                     [this, alive = std::weak_ptr<void>(alive_), id = *id](event_ptr e) {
                         if (!alive.expired()) fetched(id, std::move(e));
                     });
    }
}

void endpoint_retries::fetched(retry_id id, event_ptr e) {
    --fetching_;
    if (e) {
        auto fresh = store_.take();
        auto& p = *fresh;
        p.what = std::move(e);
        p.retry = id;
        p.key = queue_.at(id).key;
        p.attempt = queue_.at(id).attempts + 1;
        p.arrived = runtime::now();
        tried_.emplace(id, std::move(fresh));
        ready_.push_back(id);
    } else {
        log::error("a message that waited for its retry is gone from WEBHOOK_RETRIES",
                   {{"endpoint", endpoint_.name}, {"stream_sequence", id.sequence}});
        queue_.settle(id);
    }
    on_fetched_();
}

parcel* endpoint_retries::next() {
    if (ready_.empty()) return nullptr;
    auto* const p = tried_.at(ready_.front()).get();
    ready_.pop_front();
    return p;
}

void endpoint_retries::hasten() { queue_.hasten(wall_clock()); }

void endpoint_retries::store(const parcel& p, wall_time due, bool unreachable, std::function<void()> stored) {
    const retry_id id{p.what->incarnation, p.what->sequence};
    if (!queue_.contains(id)) queue_.hold(id, p.key, p.attempt - 1, due);
    queue_.again(id, p.attempt - 1, due, unreachable);
    desk_->store(address_of(id), queue_.at(id), p.what,
                 [this, alive = std::weak_ptr<void>(alive_), id, stored = std::move(stored)](std::uint64_t n) {
                     if (alive.expired()) return;
                     queue_.stored(id, n);
                     stored();
                 });
}

void endpoint_retries::put_back(parcel& p) {
    queue_.again(*p.retry, p.attempt - 1, wall_clock());
    queue_.put_back(*p.retry);
    drop(p);
}

void endpoint_retries::put_all_back() {
    for (const auto id : std::exchange(ready_, {}))
        put_back(*tried_.at(id));
}

void endpoint_retries::settle(retry_id id) {
    if (!queue_.contains(id)) return;
    desk_->remove(queue_.at(id).stored);
    queue_.settle(id);
}

}  // namespace tidings::broadcaster
