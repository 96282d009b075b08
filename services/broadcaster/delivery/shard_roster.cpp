#include "delivery/shard_roster.hpp"

#include <exception>
#include <utility>

#include "events/subjects.hpp"
#include "observe/log.hpp"
#include "reading/stream_look.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

constexpr auto look_period = 1s;  // what failed is tried again

}  // namespace

shard_roster::shard_roster(runtime::asio::io_context& ctx, position_store& store, bus::connection& publishes, options o)
    : store_(store), publishes_(publishes), o_(std::move(o)), ends_(o_.shard), wake_(ctx.get_executor()) {}

void shard_roster::set(endpoint_ptr e) {
    const auto identity = identity_of(*e);
    endpoints_[identity] = std::move(e);
    changed_.insert(identity);
    wake_.notify();
}

void shard_roster::suspend(const std::string& identity) {
    endpoints_.erase(identity);
    changed_.insert(identity);
    wake_.notify();
}

void shard_roster::remove(const std::string& identity) {
    endpoints_.erase(identity);
    changed_.erase(identity);
    dropped_.insert(identity);
    wake_.notify();
}

std::vector<endpoint_ptr> shard_roster::snapshot() {
    changed_.clear();
    dropped_.clear();
    std::vector<endpoint_ptr> all;
    for (const auto& [identity, e] : endpoints_)
        all.push_back(e);
    return all;
}

void shard_roster::taken(const kept_positions& kept, const takeover& t, std::map<std::string, std::string> missing) {
    missing_ = std::move(missing);
    own_ = t.own;
    starts_ = kept.starts;
    marked_ = t.record.starts;
    ++tenures_;
    for (const auto& o : t.openings)
        for (const auto& b : o.endpoints) {
            own_.erase(identity_of(*b.e));
            starts_.erase(identity_of(*b.e));
        }
    newcomers_.clear();
    for (const auto& [identity, e] : endpoints_)
        if (missing_.contains(e->source_stream)) newcomers_.insert(identity);
    served_ = t.unserved;
    strangers_looked_at_ = false;
    wake_.notify();
}

void shard_roster::lost() {
    own_.clear();
    starts_.clear();
    added_.clear();
    under_way_.clear();
    served_.clear();
    newcomers_.clear();
    for (auto* const all : {&removed_, &removed_under_way_, &uncounted_})
        all->clear();  // the next owner finds them
    missing_.clear();
    strangers_looked_at_ = true;
}

void shard_roster::key_write_ended(bool stored) {
    (stored ? served_ : added_).merge(under_way_);
    under_way_.clear();
    (stored ? uncounted_ : removed_).merge(removed_under_way_);
    removed_under_way_.clear();
    if (!served_.empty() || !uncounted_.empty()) wake_.notify();
}

runtime::task<> shard_roster::follow(held owned) {
    for (;;) {
        co_await wake_.wait(look_period);
        if (auto* const s = owned()) apply_changes(*s);
        co_await forget_dropped(owned);
        co_await add_newcomers(owned);
        if (owned() != nullptr) co_await mark_served();
        co_await look_for_the_gone(owned);
    }
}

void shard_roster::apply_changes(shard& s) {
    for (const auto& identity : std::exchange(changed_, {})) {
        const auto e = endpoints_.find(identity);
        try {
            if (e == endpoints_.end()) {
                s.suspend(identity);
            } else if (s.has(identity)) {
                s.change(e->second);
            } else {
                newcomers_.insert(identity);
            }
        } catch (const std::exception& failure) {
            log::error("an endpoint's new settings cannot be used",
                       {{"endpoint", identity}, {"error", failure.what()}});
        }
    }
}

runtime::task<> shard_roster::mark_served() {
    if (served_.empty()) co_return;
    const auto marks = std::exchange(served_, {});
    auto marked = marks;
    for (auto& [identity, p] : marked)
        p.served = true;
    marking_ = true;
    const auto tenure = tenures_;
    const auto stored = co_await store_.write_starts(std::move(marked), false);
    if (!stored) served_.insert(marks.begin(), marks.end());
    if (stored && tenure == tenures_) marked_ += marks.size();  // else they were counted at the takeover
    marking_ = false;
}

// First from the shard; from the bucket when the shard's key does not count what is there of them. The owner of the
// shard does it, or the next one finds them.
runtime::task<> shard_roster::forget_dropped(held owned) {
    auto* const s = owned();
    if (s == nullptr) co_return;
    for (const auto& identity : std::exchange(dropped_, {})) {
        const auto retries = s->remove(identity);
        for (auto* known : {&own_, &starts_, &added_, &under_way_, &served_})
            known->erase(identity);
        if (marked_ > 0) --marked_;
        removed_.insert(identity);
        const auto name = std::min(identity.find('_'), identity.size());
        log::info("endpoint removed", {{"endpoint", identity.substr(0, name)},
                                       {"incarnation", identity.substr(std::min(name + 1, identity.size()))},
                                       {"shard", o_.shard},
                                       {"retries_dropped", retries}});
    }
    for (const auto& identity : std::set(uncounted_)) {
        if (owned() == nullptr) co_return;
        if (co_await forget(identity, owned()->record().epoch)) uncounted_.erase(identity);
    }
}

runtime::task<bool> shard_roster::forget(std::string identity, std::string epoch) {
    bus::jetstream js(publishes_, 2s);
    const auto subject = std::string(events::retries_subject) + '.' + o_.shard + '.' + identity + ".>";
    const auto retries = co_await js.purge(std::string(events::retries_stream), subject);
    if (!retries && retries.error() != bus::errc::not_found) co_return false;
    co_return (co_await store_.forget(std::move(identity), std::move(epoch))).has_value();
}

// Endpoints that were deleted while nobody owned the shard, or whose owner died over it.
runtime::task<> shard_roster::look_for_the_gone(held owned) {
    const auto* const s = owned();
    if (s == nullptr || !s->loaded() || std::exchange(strangers_looked_at_, true)) co_return;
    auto strangers = s->unclaimed();
    for (const auto* known : {&own_, &starts_})
        for (const auto& [identity, p] : *known)
            strangers.insert(identity);
    for (const auto& identity : strangers)
        if (!endpoints_.contains(identity) && co_await o_.is_gone(identity)) dropped_.insert(identity);
    if (!dropped_.empty()) wake_.notify();
}

}  // namespace tidings::broadcaster
