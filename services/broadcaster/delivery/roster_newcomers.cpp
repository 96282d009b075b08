// How endpoints get into a shard that is owned: what is written before, and where they begin.
#include <utility>

#include "delivery/shard_roster.hpp"
#include "reading/stream_look.hpp"

namespace tidings::broadcaster {

runtime::task<> shard_roster::add_newcomers(held owned) {
    std::map<std::string, group> by_stream;
    for (auto it = newcomers_.begin(); it != newcomers_.end();) {
        const auto e = endpoints_.find(*it);
        if (e != endpoints_.end()) by_stream[e->second->source_stream].push_back(e->second);
        it = e == endpoints_.end() ? newcomers_.erase(it) : std::next(it);
    }
    for (auto& [stream, group] : by_stream) {
        const auto* const s = owned();
        if (s == nullptr) co_return;
        if (s->share_of(stream) != nullptr) {
            co_await join_stream(owned, stream, std::move(group));
        } else {
            co_await open_stream(owned, stream, std::move(group));
        }
    }
}

// Those in the shard are not among the starts: there is nothing to compare their count with.
kept_positions shard_roster::kept_in(const shard& s) const {
    auto record = s.record();
    record.starts = 0;
    return {1, std::move(record), own_, starts_};
}

runtime::task<shard*> shard_roster::store(held owned, std::string epoch, const takeover& t) {
    if (!co_await store_.write_starts(t.starts, true)) co_return nullptr;
    if (!co_await store_.write_own(epoch, t.own)) co_return nullptr;
    auto* const s = owned();
    co_return s != nullptr && s->record().epoch == epoch ? s : nullptr;
}

// With the settings that they have by now.
std::vector<stream_opening::beginner> shard_roster::still_wanted(std::vector<stream_opening::beginner> all) const {
    std::vector<stream_opening::beginner> wanted;
    for (auto& b : all) {
        const auto e = endpoints_.find(identity_of(*b.e));
        if (e == endpoints_.end()) continue;
        b.e = e->second;
        wanted.push_back(std::move(b));
    }
    return wanted;
}

void shard_roster::was_added(const endpoint& e, const takeover& t) {
    const auto identity = identity_of(e);
    newcomers_.erase(identity);
    own_.erase(identity);
    starts_.erase(identity);
    if (const auto p = t.unserved.find(identity); p != t.unserved.end()) added_.insert(*p);
}

// What has waited for a stream that was not there gets all of it; for one that was full, what came since the start.
runtime::task<> shard_roster::open_stream(held owned, std::string stream, group newcomers) {
    const auto epoch = owned()->record().epoch;
    std::vector<std::string> names;
    for (const auto& e : newcomers)
        if (!starts_.contains(identity_of(*e))) names.push_back(e->name);
    auto now = co_await look_at_stream(publishes_, stream, o_.started_at, std::move(names));
    const auto* const asked = owned();
    if (asked == nullptr || asked->record().epoch != epoch) co_return;
    if (now.has_error()) {
        const auto why = why_missing(now.error(), stream);
        if (!why.empty() && std::exchange(missing_[stream], why) != why) log_fault(now.error(), stream);
        co_return;
    }
    if (ends_.too_early(stream, *now, kept_in(*asked))) co_return;
    const auto waited = missing_.find(stream);
    if (waited == missing_.end()) now->begins = now->last + 1;
    if (waited != missing_.end() && waited->second != why_missing(make_error_code(full), stream)) now->begins = 1;
    takeover t;
    auto o = open_new_stream(kept_in(*asked), newcomers, stream, *now, t);
    auto* const s = co_await store(owned, epoch, t);
    if (s == nullptr || s->share_of(stream) != nullptr) co_return;
    o.endpoints = still_wanted(std::move(o.endpoints));
    missing_.erase(stream);
    if (o.endpoints.empty()) co_return;
    s->open(o);
    for (const auto& b : o.endpoints)
        was_added(*b.e, t);
}

runtime::task<> shard_roster::join_stream(held owned, std::string stream, group newcomers) {
    const auto& shared = *owned()->share_of(stream);
    auto kept = kept_in(*owned());
    const auto epoch = kept.record->epoch;
    const auto head = shared.head();
    constexpr auto goes_on = UINT64_MAX - 1;  // nothing here is beyond its end
    kept.record->streams[stream] = {shared.created(), head};
    takeover t;
    auto o = open_new_stream(kept, newcomers, stream, {shared.created(), 1, goes_on, head}, t);
    auto* const s = co_await store(owned, epoch, t);
    const auto* const share = s == nullptr ? nullptr : s->share_of(stream);
    if (share == nullptr || share->created() != o.at.created) co_return;
    starts_.insert(t.starts.begin(), t.starts.end());
    for (const auto& b : still_wanted(std::move(o.endpoints))) {
        // The reader has passed its start meanwhile: it needs a position of its own, in the next round.
        if (!b.own && b.start >= head && b.start < share->head()) {
            wake_.notify();
            continue;
        }
        s->add(b);
        was_added(*b.e, t);
    }
}

}  // namespace tidings::broadcaster
