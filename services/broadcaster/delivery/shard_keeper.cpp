#include "delivery/shard_keeper.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "domain/hand_over.hpp"
#include "ids/uuid.hpp"
#include "observe/log.hpp"
#include "reading/stream_look.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

constexpr auto look_period = 250ms;
constexpr auto write_period = 50ms;
constexpr auto unwanted_for = 2s;  // a shard that is free for longer is taken by whoever sees it

}  // namespace

shard_keeper::shard_keeper(share_links& l, stream_sources& sources, bus::connection& publishes, options o)
    : links_(l),
      sources_(sources),
      publishes_(publishes),
      o_(std::move(o)),
      store_(l.line.ctx, publishes, o_.name),
      roster_(l.line.ctx, store_, publishes, {o_.name, o_.started_at, o_.is_gone}),
      ends_(o_.name),
      changed_(l.line.ctx.get_executor()) {}

void shard_keeper::stop() {
    stopping_ = true;
    changed_.notify();
}

void shard_keeper::want(bool wanted) {
    if (std::exchange(wanted_, wanted) == wanted) return;
    hindered_.clear();
    changed_.notify();
}

void shard_keeper::resume(const std::string& identity) {
    if (auto* const line = shard_ ? shard_->find(identity) : nullptr) {
        log::info("endpoint resumed", {{"endpoint", line->target().name}});
        line->resume();
    }
}

runtime::task<> shard_keeper::follow() {
    return roster_.follow([this] { return draining_ ? nullptr : shard_.get(); });
}

void shard_keeper::tick() {
    if (shard_) shard_->tick();
}

runtime::task<> shard_keeper::run() {
    while (!stopping_) {
        if (co_await may_take() && co_await take()) {
            co_await hold();
            shard_.reset();
            roster_.lost();
            watch_ = {};
        }
        if (!stopping_) co_await changed_.wait(until_next_look());
    }
}

// A dead owner's shard is not found free up to a period late.
runtime::duration shard_keeper::until_next_look() const {
    const auto left = watch_.takeable_at() - runtime::now();
    return left > runtime::duration{} ? std::min<runtime::duration>(left, look_period) : look_period;
}

runtime::task<bool> shard_keeper::may_take() {
    const auto v = co_await store_.look();
    const auto now = runtime::now();
    if (!v) done(v);
    if (!v || stopping_) co_return false;
    // A key with our own name is one that we lost sight of: nobody else works under it.
    const bool free = v->record && (v->record->owner.empty() || v->record->owner == o_.replica);
    watch_.saw(v->revision, free, now);
    if (v->record && !free && !std::exchange(told_of_owner_, true))
        for (const auto& [identity, e] : roster_.endpoints())
            log::info("endpoint ready", {{"endpoint", e->name}, {"owner", v->record->owner}});
    co_return watch_.takeable(now) && (wanted_ || watch_.free_for(now) >= unwanted_for);
}

// Reads the shard's key, then the endpoints' own positions; stores these under a new epoch; only then writes the key.
runtime::task<bool> shard_keeper::take() {
    const auto kept = co_await store_.read();
    // A key that is missing went with its bucket, which another replica may have made anew.
    if (kept ? kept->revision == 0 : kept.error() == bus::errc::not_found) o_.on_missing_bucket();
    if (kept || kept.error() != bus::errc::not_found) done(kept);
    // Another may have taken it since it was looked at: written over its revision, the key would have two owners at
    // work.
    if (!kept || !watch_.still_takeable(kept->revision, runtime::now())) co_return false;
    const auto endpoints = roster_.snapshot();
    auto streams = co_await look_at_streams(endpoints, *kept);
    if (!done(streams)) co_return false;
    auto t = plan_takeover(*kept, endpoints, streams->there, o_.replica, ids::uuid::v7().str());
    if (!co_await store(t, kept->revision)) co_return false;
    if (has_lost_its_key(*kept))
        log::error("position of a shard is gone; its endpoints start at the oldest event", {{"shard", o_.name}});
    if (has_lost_starts(*kept))
        log::error("starts of endpoints are gone; those that have none go on where their shard does",
                   {{"shard", o_.name}});
    for (const auto& stream : with_lost_positions(*kept))
        log::error("positions of endpoints are gone; those that have none start where the lowest of them may have been",
                   {{"shard", o_.name}, {"stream", stream}, {"from", t.record.streams.at(stream).next}});
    shard_ = std::make_unique<shard>(shard::parts{links_, sources_, store_, publishes_, o_.name, o_.on_missing_retries,
                                                  [this] { changed_.notify(); }},
                                     t.record);
    for (const auto& o : t.openings) {
        if (o.made_anew)
            log::error("stream was made anew: its events are read from its beginning", {{"stream", o.stream}});
        shard_->open(o);
    }
    shard_->hold_until(held_until_);
    shard_->start();
    log::info("shard owned", {{"shard", o_.name}, {"endpoints", endpoints.size()}, {"alone", t.own.size()}});
    roster_.taken(*kept, t, std::move(streams->missing));
    if (kept->record && !kept->record->epoch.empty()) co_await store_.forget_epoch(kept->record->epoch);
    co_return true;
}

runtime::task<bool> shard_keeper::store(const takeover& t, std::uint64_t expected) {
    if (!done(co_await store_.write_starts(t.starts, true))) co_return false;
    if (!done(co_await store_.write_own(t.record.epoch, t.own))) co_return false;
    const auto now = runtime::now();
    const auto revision = co_await store_.write(t.record, expected);
    if (!done(revision)) co_return false;
    revision_ = *revision;
    written_at_ = now;
    held_until_ = now + shard_owned_for;
    co_return true;
}

// Those that are there; the others are looked for later.
runtime::task<bus::result<shard_keeper::streams_found>> shard_keeper::look_at_streams(const endpoint_list& endpoints,
                                                                                      const kept_positions& kept) {
    std::set<std::string> wanted;
    for (const auto& e : endpoints)
        wanted.insert(e->source_stream);
    streams_found all;
    for (const auto& stream : wanted) {
        auto now = co_await look_at(stream, endpoints, kept);
        if (now && ends_.too_early(stream, *now, kept)) co_return make_error_code(bus::errc::timeout);
        if (now) {
            all.there[stream] = std::move(*now);
        } else if (auto why = why_missing(now.error(), stream); !why.empty()) {
            all.missing[stream] = std::move(why);
            log_fault(now.error(), stream);
        } else {
            co_return now.error();
        }
    }
    co_return all;
}

runtime::task<bus::result<stream_now>> shard_keeper::look_at(std::string stream, const endpoint_list& endpoints,
                                                             const kept_positions& kept) {
    std::vector<std::string> newcomers;
    for (const auto& e : endpoints)
        if (e->source_stream == stream && !kept.starts.contains(identity_of(*e))) newcomers.push_back(e->name);
    return look_at_stream(publishes_, std::move(stream), o_.started_at, std::move(newcomers));
}

runtime::task<> shard_keeper::hold() {
    hand_over goes(o_.drain_timeout);
    bool pending = false;
    draining_ = false;
    for (;;) {
        const auto now = runtime::now();
        if (now >= held_until_) {
            log::warn("shard given up: the bucket took no position in time",
                      {{"shard", o_.name}, {"reason", hindered_}});
            co_return;
        }
        if (!pending) pending = shard_->moved() || roster_.key_due() || now - written_at_ >= shard_renewal;
        if (pending) {
            if (co_await write(shard_->record())) {
                shard_->written();
                pending = false;
            } else if (!co_await still_ours()) {
                co_return;
            }
        }
        if (goes.look(stopping_ || !wanted_, now)) shard_->go_on();
        const bool others_may_stop = goes.begun() && shard_->end_the_slow() && roster_.all_marked();
        if (goes.closes(others_may_stop, now)) {
            shard_->close();
            draining_ = true;
        }
        if (goes.ends(now)) shard_->end();
        if (goes.closed() && !pending && (shard_->settled() || goes.over(now))) co_return co_await release();
        co_await changed_.wait(goes.begun() ? 10ms : write_period);
    }
}

runtime::task<bool> shard_keeper::write(shard_record r) {
    const auto now = runtime::now();
    roster_.key_write_begins();
    r.starts = roster_.marked();
    const auto revision = co_await store_.write(r, revision_);
    roster_.key_write_ended(revision.has_value());
    if (!done(revision)) co_return false;
    revision_ = *revision;
    written_at_ = now;
    held_until_ = now + shard_owned_for;
    shard_->hold_until(held_until_);
    co_return true;
}

// The write was refused, or its answer did not come: it may have been stored all the same. Says why not.
runtime::task<bool> shard_keeper::still_ours() {
    const auto v = co_await store_.look();
    if (!v) co_return true;  // until the lease ends
    const bool ours = v->record && v->record->owner == o_.replica && v->record->epoch == shard_->record().epoch;
    if (ours) revision_ = v->revision;
    if (!ours)
        log::warn(v->revision == 0 ? "shard given up: its positions were removed from the bucket"
                                   : "shard lost to another replica",
                  {{"shard", o_.name}});
    co_return ours;
}

runtime::task<> shard_keeper::release() {
    shard_->hold_until({});
    auto left = shard_->released();
    left.starts = roster_.marked();
    if (co_await store_.write(left, revision_)) {
        log::info("shard released", {{"shard", o_.name}});
        o_.on_released();
    } else {
        log::warn("shard not released; another replica takes over when the lease ends", {{"shard", o_.name}});
    }
}

}  // namespace tidings::broadcaster
