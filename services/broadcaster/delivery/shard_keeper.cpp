#include "delivery/shard_keeper.hpp"

#include <algorithm>
#include <utility>

#include "ids/uuid.hpp"
#include "observe/log.hpp"

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
    watch_.saw(v->revision, v->record && v->record->owner.empty(), now);
    co_return watch_.takeable(now) && (wanted_ || watch_.free_for(now) >= unwanted_for);
}

std::set<std::string> shard_keeper::streams_wanted() const {
    std::set<std::string> all;
    for (const auto& e : o_.endpoints)
        all.insert(e.source_stream);
    return all;
}

// Reads the shard's key, then the endpoints' own positions; stores these under a new epoch; only then writes the key.
runtime::task<bool> shard_keeper::take() {
    const auto v = co_await store_.read();
    if (!v && v.error() == bus::errc::not_found) o_.on_missing_bucket();
    if (!v) co_return false;
    shard_record record = v->record.value_or(shard_record{});
    const auto old_epoch = std::exchange(record.epoch, ids::uuid::v7().str());
    record.owner = o_.replica;
    std::vector<opening> openings;
    std::map<std::string, endpoint_position> own;
    if (!co_await prepare(*v, openings, record, own)) co_return false;
    if (!co_await store_.write_own(record.epoch, own)) co_return false;
    const auto now = runtime::now();
    const auto revision = co_await store_.write(record, v->revision);
    if (!revision) co_return false;
    revision_ = *revision;
    written_at_ = now;
    held_until_ = now + shard_owned_for;
    shard_ = std::make_unique<shard>(
        shard::parts{links_, sources_, store_, publishes_, o_.number, o_.on_missing_retries}, std::move(record));
    for (const auto& o : openings)
        shard_->open(o.stream, o.at, o.endpoints);
    shard_->hold_until(held_until_);
    shard_->start();
    log::info("shard owned", {{"shard", o_.number}, {"endpoints", o_.endpoints.size()}, {"alone", own.size()}});
    co_await mark_served();
    if (!old_epoch.empty()) co_await store_.forget_epoch(old_epoch);
    co_return true;
}

runtime::task<bool> shard_keeper::prepare(const view& v, std::vector<opening>& openings, shard_record& record,
                                          std::map<std::string, endpoint_position>& own) {
    missing_streams_.clear();
    unserved_.clear();
    for (const auto& stream : streams_wanted()) {
        auto o = co_await open_stream(stream, v);
        if (!o) co_return false;
        if (!*o) continue;
        record.streams[stream] = (*o)->at;
        for (const auto& b : (*o)->endpoints)
            if (b.own) own[b.e.name] = {stream, {(*o)->at.created, *b.own}};
        openings.push_back(std::move(**o));
    }
    keep_unknown(v, record, own);
    co_return true;
}

// Endpoints that this process does not know, as in the roll-out of a new configuration, keep their place for a process
// that does.
void shard_keeper::keep_unknown(const view& v, const shard_record& record,
                                std::map<std::string, endpoint_position>& own) const {
    const auto known = [&](const std::string& name) {
        return std::ranges::any_of(o_.endpoints, [&](const endpoint& e) { return e.name == name; });
    };
    for (const auto& [name, p] : v.own)
        if (!known(name)) own.emplace(name, p);
    for (const auto& [name, p] : v.starts) {
        if (known(name) || own.contains(name) || !p.served) continue;
        const auto at = record.streams.find(p.stream);
        if (at != record.streams.end()) own.emplace(name, endpoint_position{p.stream, at->second});
    }
}

// Nothing: the stream is not there, or cannot be delivered from.
runtime::task<bus::result<std::optional<shard_keeper::opening>>> shard_keeper::open_stream(std::string stream,
                                                                                           const view& v) {
    bus::jetstream js(publishes_);
    const auto info = co_await js.stream(stream);
    if (!info && info.error() == bus::errc::not_found) {
        missing_streams_.insert(stream);
        co_return std::optional<opening>();
    }
    if (!info) co_return info.error();
    const auto first = std::max<std::uint64_t>(info->first_seq, 1);
    // Without a key of its own the shard has lost its place: it starts at the oldest event.
    const bool from_oldest = missing_streams_.contains(stream) || v.revision == 0;
    auto now = first;
    if (!from_oldest) {
        const auto at_start = co_await js.sequence_at(stream, o_.started_at);
        if (!at_start) co_return at_start.error();
        now = *at_start;
    }
    opening o{stream, {info->created, now}, {}};
    if (v.record) {
        const auto known = v.record->streams.find(stream);
        if (known != v.record->streams.end()) {
            const auto& p = known->second;
            const bool same = p.created == info->created && p.next <= info->last_seq + 1;
            if (!same) log::error("stream was made anew: its events are read from its beginning", {{"stream", stream}});
            o.at.next = same ? p.next : first;
        }
    }
    for (const auto& e : o_.endpoints)
        if (e.source_stream == stream) begin_endpoint(o, e, v, now);
    const auto written = co_await store_.write_starts(std::exchange(new_, {}), true);
    if (!written) co_return written.error();
    co_return o;
}

void shard_keeper::begin_endpoint(opening& o, const endpoint& e, const view& v, std::uint64_t now) {
    shard::beginner b{e, std::nullopt, 0};
    const auto usable = [&](const endpoint_position& p) {
        return p.stream == o.stream && p.at.created == o.at.created;
    };
    const auto own = v.own.find(e.name);
    const auto start = v.starts.find(e.name);
    endpoint_position begins{o.stream, {o.at.created, e.from_the_beginning ? 1 : now}, false};
    if (start != v.starts.end() && usable(start->second)) begins = start->second;
    if (start == v.starts.end()) new_[e.name] = begins;
    if (!begins.served) unserved_[e.name] = begins;
    b.start = begins.at.next;
    if (own != v.own.end() && usable(own->second)) {
        b.own = own->second.at.next;
    } else if (!begins.served && begins.at.next < o.at.next) {
        b.own = begins.at.next;
    }
    o.endpoints.push_back(std::move(b));
}

runtime::task<> shard_keeper::mark_served() {
    auto served = std::exchange(unserved_, {});
    for (auto& [name, p] : served)
        p.served = true;
    if (!co_await store_.write_starts(std::move(served), false))
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
    const auto revision = co_await store_.write(std::move(r), revision_);
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
    for (const auto& stream : std::set(missing_streams_)) {
        auto o = co_await open_stream(stream, {});
        if (!o || !*o) continue;
        missing_streams_.erase(stream);
        shard_->open(stream, (*o)->at, (*o)->endpoints);
        if (co_await write(shard_->record())) co_await mark_served();
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
