#include "delivery/shard_keeper.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "ids/uuid.hpp"
#include "observe/log.hpp"
#include "reading/stream_look.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

constexpr auto look_period = 250ms;
constexpr auto write_period = 50ms;
constexpr auto unwanted_for = 2s;  // a shard that is free for longer is taken by whoever sees it
constexpr auto stream_period = 1s;

}  // namespace

shard_keeper::shard_keeper(share_links& l, stream_sources& sources, bus::connection& publishes, options o)
    : links_(l),
      sources_(sources),
      publishes_(publishes),
      o_(std::move(o)),
      store_(l.line.ctx, publishes, o_.number),
      changed_(l.line.ctx.get_executor()) {}

void shard_keeper::stop() {
    stopping_ = true;
    changed_.notify();
}

void shard_keeper::want(bool wanted) {
    if (std::exchange(wanted_, wanted) != wanted) changed_.notify();
}

std::string shard_keeper::trouble() const {
    if (!missing_streams_.empty()) return missing_streams_.begin()->second;
    if (wanted_ && !shard_ && !o_.endpoints.empty()) return "shard " + std::to_string(o_.number) + " is not taken yet";
    return {};
}

std::string shard_keeper::trouble_of(const endpoint& e) const {
    const auto missing = missing_streams_.find(e.source_stream);
    return missing != missing_streams_.end() ? missing->second : trouble();
}

void shard_keeper::tick() {
    if (shard_) shard_->tick();
}

runtime::task<> shard_keeper::run() {
    while (!stopping_) {
        if (co_await may_take() && co_await take()) {
            co_await hold();
            shard_.reset();
            watch_ = {};
        }
        if (!stopping_) co_await changed_.wait(look_period);
    }
}

runtime::task<bool> shard_keeper::may_take() {
    const auto v = co_await store_.look();
    const auto now = runtime::now();
    if (!v || stopping_) co_return false;
    // A key with our own name is one that we lost sight of: nobody else works under it.
    const bool free = v->record && (v->record->owner.empty() || v->record->owner == o_.replica);
    watch_.saw(v->revision, free, now);
    if (v->record && !free && !std::exchange(told_of_owner_, true))
        for (const auto& e : o_.endpoints)
            log::info("endpoint ready", {{"endpoint", e.name}, {"owner", v->record->owner}});
    co_return watch_.takeable(now) && (wanted_ || watch_.free_for(now) >= unwanted_for);
}

// Reads the shard's key, then the endpoints' own positions; stores these under a new epoch; only then writes the key.
runtime::task<bool> shard_keeper::take() {
    const auto kept = co_await store_.read();
    if (!kept && kept.error() == bus::errc::not_found) o_.on_missing_bucket();
    if (!kept) co_return false;
    const auto streams = co_await look_at_streams(*kept);
    if (!streams) co_return false;
    auto t = plan_takeover(*kept, o_.endpoints, *streams, o_.replica, ids::uuid::v7().str());
    if (!co_await store(t, kept->revision)) co_return false;
    shard_ = std::make_unique<shard>(
        shard::parts{links_, sources_, store_, publishes_, o_.number, o_.on_missing_retries}, std::move(t.record));
    for (const auto& o : t.openings) {
        if (o.made_anew)
            log::error("stream was made anew: its events are read from its beginning", {{"stream", o.stream}});
        shard_->open(o);
    }
    shard_->hold_until(held_until_);
    shard_->start();
    log::info("shard owned", {{"shard", o_.number}, {"endpoints", o_.endpoints.size()}, {"alone", t.own.size()}});
    co_await mark_served(std::move(t.unserved));
    if (kept->record && !kept->record->epoch.empty()) co_await store_.forget_epoch(kept->record->epoch);
    co_return true;
}

runtime::task<bool> shard_keeper::store(const takeover& t, std::uint64_t expected) {
    if (!co_await store_.write_starts(t.starts, true)) co_return false;
    if (!co_await store_.write_own(t.record.epoch, t.own)) co_return false;
    const auto now = runtime::now();
    const auto revision = co_await store_.write(t.record, expected);
    if (!revision) co_return false;
    revision_ = *revision;
    written_at_ = now;
    held_until_ = now + shard_owned_for;
    co_return true;
}

// Those that are there; the others are looked for later.
runtime::task<bus::result<std::map<std::string, stream_now>>> shard_keeper::look_at_streams(
    const kept_positions& kept) {
    std::set<std::string> wanted;
    for (const auto& e : o_.endpoints)
        wanted.insert(e.source_stream);
    missing_streams_.clear();
    std::map<std::string, stream_now> all;
    for (const auto& stream : wanted) {
        const auto now = co_await look_at(stream, kept);
        if (now) {
            all[stream] = *now;
        } else if (now.error() == bus::errc::not_found) {
            missing_streams_[stream] = "stream " + stream + " does not exist";
        } else if (now.error() == make_error_code(unusable)) {
            missing_streams_[stream] = "stream " + stream + " needs limits retention: make a stream that sources it";
        } else {
            co_return now.error();
        }
    }
    co_return all;
}

runtime::task<bus::result<stream_now>> shard_keeper::look_at(std::string stream, const kept_positions& kept) {
    std::vector<std::string> newcomers;
    for (const auto& e : o_.endpoints)
        if (e.source_stream == stream && !kept.starts.contains(e.name)) newcomers.push_back(e.name);
    return look_at_stream(publishes_, std::move(stream), o_.started_at, std::move(newcomers));
}

runtime::task<> shard_keeper::mark_served(std::map<std::string, endpoint_position> unserved) {
    for (auto& [name, p] : unserved)
        p.served = true;
    if (!co_await store_.write_starts(std::move(unserved), false))
        log::debug("the beginnings of new endpoints were not marked", {{"shard", o_.number}});
}

runtime::task<> shard_keeper::hold() {
    std::optional<runtime::time_point> drain_until;
    bool pending = false;
    for (;;) {
        const auto now = runtime::now();
        if (now >= held_until_) {
            log::warn("shard given up: the bucket took no position in time", {{"shard", o_.number}});
            co_return;
        }
        if (!pending) pending = shard_->moved() || now - written_at_ >= shard_renewal;
        if (pending) {
            if (co_await write(shard_->record())) {
                shard_->written();
                pending = false;
            } else if (!co_await still_ours()) {
                log::warn("shard lost to another replica", {{"shard", o_.number}});
                co_return;
            }
        }
        if ((stopping_ || !wanted_) && !drain_until) {
            drain_until = now + o_.drain_timeout;
            shard_->close();
        }
        if (drain_until && !pending && (!shard_->busy() || now >= *drain_until)) co_return co_await release();
        if (!drain_until) co_await open_missing_streams();
        co_await changed_.wait(drain_until ? 10ms : write_period);
    }
}

runtime::task<bool> shard_keeper::write(shard_record r) {
    const auto now = runtime::now();
    const auto revision = co_await store_.write(r, revision_);
    if (!revision) co_return false;
    revision_ = *revision;
    written_at_ = now;
    held_until_ = now + shard_owned_for;
    shard_->hold_until(held_until_);
    co_return true;
}

// The write was refused, or its answer did not come: it may have been stored all the same.
runtime::task<bool> shard_keeper::still_ours() {
    const auto v = co_await store_.look();
    if (!v) co_return true;  // until the lease ends
    if (!v->record || v->record->owner != o_.replica || v->record->epoch != shard_->record().epoch) co_return false;
    revision_ = v->revision;
    co_return true;
}

runtime::task<> shard_keeper::open_missing_streams() {
    const auto now = runtime::now();
    if (missing_streams_.empty() || now < looked_for_streams_at_ + stream_period) co_return;
    looked_for_streams_at_ = now;
    for (const auto& [stream, why] : std::map(missing_streams_)) {
        const auto now_there = co_await look_at(stream, {});
        if (!now_there) continue;
        takeover t;
        const auto o = open_new_stream(o_.endpoints, stream, *now_there, t);
        if (!co_await store_.write_starts(t.starts, true)) continue;
        missing_streams_.erase(stream);
        shard_->open(o);
        if (co_await write(shard_->record())) co_await mark_served(std::move(t.unserved));
    }
}

runtime::task<> shard_keeper::release() {
    shard_->hold_until({});
    if (co_await store_.write(shard_->released(), revision_)) {
        log::info("shard released", {{"shard", o_.number}});
        o_.on_released();
    } else {
        log::warn("shard not released; another replica takes over when the lease ends", {{"shard", o_.number}});
    }
}

}  // namespace tidings::broadcaster
