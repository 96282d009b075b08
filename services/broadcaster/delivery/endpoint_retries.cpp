#include "delivery/endpoint_retries.hpp"

#include <algorithm>
#include <utility>

#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t always_fetched = 8;  // at a time, whatever others hold
constexpr auto stored_again_after = 5s;    // what found no room
constexpr auto settled_by_another_within = 10s;

std::size_t bytes_of(const event& e) { return e.bytes + hands::bytes_per_event + hands::bytes_per_parcel; }

}  // namespace

bool endpoint_retries::may_fetch() const {
    const auto count = tried_.size() + fetching_;
    if (count >= endpoint_->max_in_flight) return false;
    return count < always_fetched || bytes_ < links_.in_hand.share_retried();
}

endpoint_retries::endpoint_retries(line_links& l, retry_desk* desk, const endpoint_ptr& e,
                                   std::function<void()> fetched)
    : links_(l),
      desk_(desk),
      endpoint_(e),
      on_fetched_(std::move(fetched)),
      gone_(l.metrics.counter(
          "broadcaster_retries_gone_total",
          "Messages that waited for a retry and are gone: removed from WEBHOOK_RETRIES, or lost with it.")) {}

std::optional<endpoint_retries::wall_time> endpoint_retries::next_due() const {
    return may_fetch() ? queue_.next_due() : std::nullopt;
}

bool endpoint_retries::waits_for_reader() const { return may_fetch() && queue_.waits_for_reader(); }

std::chrono::milliseconds endpoint_retries::overdue() const {
    const auto late = wall_clock() - queue_.next_due().value_or(wall_time::max());
    return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(late), std::chrono::milliseconds(0));
}

void endpoint_retries::found(retry_id id, retry_queue::entry e, bool held, bool loading) {
    e.busy = held;
    if (loading || found_at_ == runtime::time_point{}) found_at_ = runtime::now();
    queue_.found(id, e);
}

void endpoint_retries::fetch(std::size_t most, retry_id passed) {
    if (queue_.size() == 0) return;
    while (tried_.size() + fetching_ < most && may_fetch() && links_.in_hand.room_retried()) {
        const auto id = queue_.take(wall_clock(), passed);
        if (!id) return;
        if (const auto kept = kept_.find(*id); kept != kept_.end()) {
            kept->second->busy = true;
            ready_.push_back(kept->second);
            continue;
        }
        ++fetching_;
        const auto bytes = queue_.bytes(*id) + hands::bytes_per_event + hands::bytes_per_parcel;
        bytes_ += bytes;
        auto held = std::make_shared<in_hand_share>(links_.in_hand.hold(bytes, hands::taken::retried));
        desk_->fetch(address_of(*id), queue_.stored_as(*id), settled_perhaps(),
                     [this, alive = std::weak_ptr<void>(alive_), id = *id, held, bytes](event_ptr e, std::string key) {
                         *held = {};
                         if (alive.expired()) return;
                         bytes_ -= bytes;
                         fetched(id, std::move(e), std::move(key));
                     });
    }
}

void endpoint_retries::fetched(retry_id id, event_ptr e, std::string key) {
    --fetching_;
    if (e && !queue_.contains(id, time_of(*e))) e = nullptr;  // another's by now: its stream has lost its end
    if (e) {
        bytes_ += bytes_of(*e);
        auto fresh = links_.parcels.take(links_.in_hand.hold(bytes_of(*e), hands::taken::retried));
        auto& p = *fresh;
        p.what = std::move(e);
        p.retry = id;
        p.key = std::move(key);
        if (p.key.empty() && endpoint_->order == ordering::per_key) p.key = partition_key_of(*p.what);
        p.attempt = queue_.attempts(id) + 1;
        p.arrived = runtime::now();
        ready_.push_back(tried_.emplace(id, std::move(fresh)).first->second.get());
    } else {
        note_gone(id);
        queue_.settle(id);
    }
    on_fetched_();
}

// What an owner before us settled just before it was replaced may have been shown to us all the same.
bool endpoint_retries::settled_perhaps() const {
    return found_at_ != runtime::time_point{} && runtime::now() - found_at_ < settled_by_another_within;
}

void endpoint_retries::note_gone(retry_id id) {
    const log::fields which{{"endpoint", endpoint_->name}, {"stream_sequence", id.sequence}};
    if (settled_perhaps())
        return log::info(
            "a message that waited for its retry is not there: the owner before settled it, or it was removed", which);
    log::error("a message that waited for its retry is gone: removed from WEBHOOK_RETRIES, or lost with it", which);
    gone_.add();
}

bool endpoint_retries::tries_another(const parcel& p) const {
    const auto tried = tried_.find(id_of(p));
    return tried != tried_.end() && tried->second.get() != &p;
}

endpoint_retries::time_point endpoint_retries::attempted_since() const {
    auto since = time_point::max();
    for (const auto& [id, p] : tried_)
        if (p->busy) since = std::min(since, p->sent);
    return since;
}

parcel* endpoint_retries::next() {
    if (ready_.empty()) return nullptr;
    auto* const p = ready_.front();
    ready_.pop_front();
    return p;
}

void endpoint_retries::hasten() { queue_.hasten(wall_clock()); }

// Its turn to be written may come later: it stays in hand until then.
void endpoint_retries::store(parcel& p, wall_time due, bool unreachable, on_over over) {
    const auto id = id_of(p);
    const auto bytes = p.what->bytes;
    const bool is_there = queue_.contains(id);
    // Of another message of this number: the stream has lost its end.
    if (is_there && !queue_.contains(id, time_of(*p.what))) note_gone(id);
    if (is_there)
        queue_.withhold(id);
    else
        queue_.hold(id, p.key, p.attempt - 1, due, static_cast<std::uint32_t>(bytes));
    queue_.becomes(id, time_of(*p.what));
    queue_.again(id, p.attempt - 1, due, unreachable);
    links_.retries.enter(bytes, alive_, [this, &p, due, over = std::move(over)](write_gate::pass pass) mutable {
        write(p, due, [pass = std::move(pass), over = std::move(over)](bool stored) { over(stored); });
    });
}

void endpoint_retries::write(parcel& p, wall_time due, on_over over) {
    const auto id = id_of(p);
    const retry_queue::entry e{queue_.stored_as(id), p.attempt - 1, due, p.key};
    desk_->store(address_of(id), e, p.what, p.retry.has_value(),
                 [this, alive = std::weak_ptr<void>(alive_), id, &p, over = std::move(over)](std::uint64_t n) {
                     if (alive.expired()) return;
                     was_stored(id, p, n);
                     over(n > 0);
                 });
}

void endpoint_retries::was_stored(retry_id id, parcel& p, std::uint64_t as) {
    queue_.stored(id, as);
    p.kept = as == 0;
    if (p.kept) {
        if (kept_.empty())
            log::warn("WEBHOOK_RETRIES takes no more: messages wait for their retries in hand",
                      {{"endpoint", endpoint_->name}, {"event_id", p.what->id}});
        kept_.emplace(id, &p);
        store_kept_at_ = runtime::now() + stored_again_after;
    } else if (kept_.erase(id) > 0) {
        store_kept_at_ = {};
    }
}

parcel* endpoint_retries::to_store(runtime::time_point now) {
    if (kept_.empty() || now < store_kept_at_) return nullptr;
    store_kept_at_ = now + stored_again_after;
    const auto soon = wall_clock() + stored_again_after;
    const auto found =
        std::ranges::find_if(kept_, [&](const auto& one) { return !one.second->busy && queue_.due(one.first) > soon; });
    if (found == kept_.end()) return nullptr;
    queue_.withhold(found->first);
    return found->second;
}

std::vector<parcel*> endpoint_retries::forget_kept() {
    std::vector<parcel*> all;
    for (const auto& [id, p] : std::exchange(kept_, {})) {
        p->kept = p->busy = false;
        queue_.settle(id);
        all.push_back(p);
    }
    ready_.remove_if([](const parcel* p) { return !p->retry; });
    return all;
}

void endpoint_retries::put_back(parcel& p) {
    const auto id = id_of(p);
    if (queue_.contains(id)) {
        queue_.withhold(id);
        queue_.again(id, p.attempt - 1, wall_clock());
        queue_.put_back(id);
    }
    p.retry ? drop(p) : void(p.busy = false);
}

void endpoint_retries::put_all_back() {
    for (; !ready_.empty(); ready_.pop_front())
        put_back(*ready_.front());
}

void endpoint_retries::drop(parcel& p) {
    bytes_ -= bytes_of(*p.what);
    links_.parcels.give_back(std::move(tried_.extract(*p.retry).mapped()));
}

void endpoint_retries::settle(retry_id id) {
    if (!queue_.contains(id)) return;
    if (const auto as = queue_.stored_as(id); as > 0) desk_->remove(as);
    kept_.erase(id);
    queue_.settle(id);
}

}  // namespace tidings::broadcaster
