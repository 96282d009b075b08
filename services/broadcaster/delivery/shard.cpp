#include "delivery/shard.hpp"

#include <algorithm>
#include <utility>

#include "observe/log.hpp"

namespace tidings::broadcaster {

shard::shard(parts p, shard_record record)
    : p_(std::move(p)),
      record_(std::move(record)),
      desk_(p_.links.line.ctx, p_.publishes, p_.links.bus, {p_.name, record_.epoch, p_.on_missing_retries}) {}

shard::~shard() {
    for (const auto& [stream, share] : shares_)
        if (const auto source = p_.sources.find(stream); source != p_.sources.end()) source->second->detach(*share);
}

void shard::open(const stream_opening& o) {
    const auto known = record_.streams.find(o.stream);
    const bool counted = known != record_.streams.end() && known->second == o.at;  // the bucket's record names it
    record_.streams[o.stream] = o.at;
    auto& share = shares_[o.stream] =
        std::make_unique<stream_share>(p_.links, *this, o.stream, stream_position{o.at.created, o.at.next});
    for (const auto& b : o.endpoints)
        share->add(b.e, &desk_, b.own, b.start, counted);
    claim();
    auto& source = p_.sources[o.stream];
    if (!source) source = std::make_unique<stream_source>(p_.links, o.stream);
    if (loaded_) source->attach(*share);
}

const stream_share* shard::share_of(const std::string& stream) const {
    const auto share = shares_.find(stream);
    return share == shares_.end() ? nullptr : share->second.get();
}

endpoint_line* shard::find(const std::string& identity) const {
    for (const auto& [stream, share] : shares_)
        if (auto* const line = share->find(identity)) return line;
    return nullptr;
}

bool shard::has_endpoint(std::string_view name) const {
    bool any = false;
    for (const auto& [stream, share] : shares_)
        share->for_each_rider([&](const stream_share::rider& r) { any = any || r.line.target().name == name; });
    return any;
}

void shard::add(const stream_opening::beginner& b) {
    shares_.at(b.e->source_stream)->add(b.e, &desk_, b.own, b.start, false);
    claim();
}

// What came while nothing might be sent has nobody else to send it.
void shard::hold_until(runtime::time_point t) {
    const bool might_send = may_send();
    held_until_ = t;
    if (might_send || !may_send()) return;
    for (const auto& [stream, share] : shares_)
        share->for_each_rider([](stream_share::rider& r) { r.line.pump(); });
}

void shard::claim() {
    for (auto& f : std::exchange(unclaimed_, {}))
        found(std::move(f));
}

std::set<std::string> shard::unclaimed() const {
    std::set<std::string> all;
    for (const auto& f : unclaimed_)
        all.insert(f.endpoint);
    return all;
}

void shard::change(endpoint_ptr e) {
    const auto identity = identity_of(*e);
    shares_.at(e->source_stream)->change(identity, std::move(e));
}

void shard::suspend(const std::string& identity) {
    const auto* const line = find(identity);
    if (line == nullptr || !line->target().enabled) return;
    auto e = std::make_shared<endpoint>(line->target());
    e->enabled = false;
    change(std::move(e));
}

std::size_t shard::remove(const std::string& identity) {
    const auto unclaimed = std::erase_if(unclaimed_, [&](const auto& f) { return f.endpoint == identity; });
    const auto* const line = find(identity);
    if (line == nullptr) return unclaimed;
    const auto dropped = line->retries();
    const auto stream = line->target().source_stream;
    auto& share = *shares_.at(stream);
    for (auto& w : own_writes_) {
        if (w.what.name != identity || w.share == nullptr) continue;
        w.share->own_written(w.what.endpoint, w.restarts);
        w.share = nullptr;
        w.what.position.reset();  // should it be repeated
    }
    share.remove(identity);
    if (share.empty()) close_stream(stream);
    return dropped;
}

// With nobody to read it for, it is not read.
void shard::close_stream(const std::string& stream) {
    auto* const share = shares_.at(stream).get();
    std::erase_if(under_way_, [&](const auto& w) { return w.first == share; });
    for (auto& w : own_writes_)
        if (w.share == share) w.share = nullptr;
    p_.sources.at(stream)->detach(*share);
    shares_.erase(stream);
    record_.streams.erase(stream);
}

void shard::start() {
    const auto begin = [this, alive = std::weak_ptr<void>(alive_)] {
        if (alive.expired()) return;
        loaded_ = true;
        for (const auto& [stream, share] : shares_)
            p_.sources.at(stream)->attach(*share);
    };
    desk_.load([this] { unclaimed_.clear(); }, [this](retry_desk::found f) { found(std::move(f)); }, begin);
}

// Of an endpoint that this process does not know it stays, for an owner that does.
void shard::found(retry_desk::found f) {
    if (auto* const line = find(f.endpoint)) return line->found(f.id, std::move(f.entry), !loaded_);
    unclaimed_.push_back(std::move(f));
}

void shard::room_freed(stream_share& s) {
    if (loaded_) p_.sources.at(s.stream())->room_freed(s);
}

void shard::positions_due() {
    write_own_positions();
    p_.on_due();
}

void shard::new_stream(const std::string& stream, const bus::stream_info& now) {
    p_.sources.at(stream)->new_stream(now);
}

void shard::tick() {
    if (!loaded_) return;
    for (const auto& [stream, share] : shares_)
        share->tick();
    write_own_positions();
}

void shard::write_own_positions() {
    std::erase_if(own_writes_, [](const auto& w) { return w.again && w.ended(); });
    for (const auto& [stream, share] : shares_)
        for (auto& w : share->next_own_writes())
            own_writes_.push_back({share.get(), share->restarts(), std::move(w), true});
    for (auto it = own_writes_.begin(); it != own_writes_.end(); ++it)
        if (std::exchange(it->again, false)) write_own(it);
}

void shard::write_own(std::list<own_write_under_way>::iterator w) {
    p_.store.write_own(record_.epoch, w->what.name, w->what.position,
                       [this, alive = std::weak_ptr<void>(alive_), w](bool stored) {
                           if (alive.expired()) return;
                           w->again = !stored && !w->ended();
                           if (w->again) return;
                           const auto done = std::move(*w);
                           own_writes_.erase(w);
                           if (done.share == nullptr) return;
                           const bool due = done.share->own_written(done.what.endpoint, done.restarts);
                           done.share->go_on(done.what.endpoint);
                           if (due) positions_due();
                       });
}

bool shard::moved() {
    bool any = false;
    for (const auto& [stream, share] : shares_) {
        if (const auto next = share->next_write()) {
            record_.streams[stream] = {share->created(), *next, share->own()};
            under_way_.emplace_back(share.get(), share->restarts());
            any = true;
        }
    }
    return any;
}

void shard::written() {
    for (const auto& [share, restarts] : std::exchange(under_way_, {}))
        if (share->restarts() == restarts) share->written();
}

void shard::go_on() {
    for (const auto& [stream, share] : shares_)
        share->go_on();
}

bool shard::end_the_slow() {
    bool ended = true;
    for (const auto& [stream, share] : shares_)
        ended = share->end_the_slow() && ended;
    return ended;
}

// Other shards of this process go on without it.
void shard::close() {
    for (const auto& [stream, share] : shares_) {
        p_.sources.at(stream)->detach(*share);
        share->close();
    }
}

void shard::end() {
    for (const auto& [stream, share] : shares_)
        share->for_each_rider([](stream_share::rider& r) { r.line.end(); });
}

bool shard::settled() {
    if (std::ranges::any_of(shares_, [](const auto& s) { return s.second->busy(); })) return false;
    bool parted = true;
    for (const auto& [stream, share] : shares_)
        parted = share->part() && parted;
    write_own_positions();
    return parted && own_writes_.empty();
}

shard_record shard::released() const {
    auto r = record_;
    r.owner.clear();
    for (const auto& [stream, share] : shares_)
        if (!share->is_anew()) r.streams[stream] = {share->created(), share->position(), share->own()};
    return r;
}

}  // namespace tidings::broadcaster
