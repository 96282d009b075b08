#include "delivery/shard.hpp"

#include <algorithm>
#include <utility>

#include "observe/log.hpp"

namespace tidings::broadcaster {

shard::shard(parts p, shard_record record)
    : p_(std::move(p)),
      record_(std::move(record)),
      desk_(p_.links.line.ctx, p_.publishes, {p_.number, record_.epoch, p_.on_missing_retries}) {}

shard::~shard() {
    for (const auto& [stream, share] : shares_)
        if (const auto source = p_.sources.find(stream); source != p_.sources.end()) source->second->detach(*share);
}

void shard::open(const stream_opening& o) {
    record_.streams[o.stream] = o.at;
    auto& share = shares_[o.stream] = std::make_unique<stream_share>(p_.links, *this, o.stream, o.at);
    for (const auto& b : o.endpoints)
        share->add(b.e, &desk_, b.own, b.start);
    for (auto& f : std::exchange(unclaimed_, {}))
        found(std::move(f));
    auto& source = p_.sources[o.stream];
    if (!source) source = std::make_unique<stream_source>(p_.links, o.stream);
    if (loaded_) source->attach(*share);
}

void shard::start() {
    const auto begin = [this, alive = std::weak_ptr<void>(alive_)] {
        if (alive.expired()) return;
        loaded_ = true;
        for (const auto& [stream, share] : shares_)
            p_.sources.at(stream)->attach(*share);
    };
    desk_.load([this](retry_desk::found f) { found(std::move(f)); }, begin);
}

// Of an endpoint that this process does not know it stays, for an owner that does.
void shard::found(retry_desk::found f) {
    for (const auto& [stream, share] : shares_)
        if (auto* const line = share->find(f.endpoint)) return line->found(f.id, std::move(f.entry), !loaded_);
    unclaimed_.push_back(std::move(f));
}

void shard::room_freed() {
    for (const auto& [stream, share] : shares_)
        if (loaded_) p_.sources.at(stream)->resume();
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
    for (const auto& [stream, share] : shares_)
        for (auto& w : share->next_own_writes())
            own_writes_.push_back({share.get(), share->incarnation(), std::move(w), true});
    for (auto it = own_writes_.begin(); it != own_writes_.end(); ++it)
        if (std::exchange(it->again, false)) write_own(it);
}

void shard::write_own(std::list<own_write_under_way>::iterator w) {
    p_.store.write_own(record_.epoch, w->what.name, w->what.position,
                       [this, alive = std::weak_ptr<void>(alive_), w](bool stored) {
                           if (alive.expired()) return;
                           w->again = !stored;
                           if (!stored) return;
                           w->share->own_written(w->what.endpoint, w->incarnation);
                           own_writes_.erase(w);
                       });
}

bool shard::moved() {
    bool any = false;
    for (const auto& [stream, share] : shares_) {
        auto& known = record_.streams[stream];
        if (known.created != share->created()) {
            known = {share->created(), share->position()};
            any = true;
        }
        if (const auto next = share->next_write()) {
            known.next = *next;
            under_way_.emplace_back(share.get(), share->incarnation());
            any = true;
        }
    }
    return any;
}

void shard::written() {
    for (const auto& [share, incarnation] : std::exchange(under_way_, {}))
        if (share->incarnation() == incarnation) share->written();
}

void shard::close() {
    for (const auto& [stream, share] : shares_)
        share->close();
}

bool shard::busy() const {
    return std::ranges::any_of(shares_, [](const auto& s) { return s.second->busy(); });
}

shard_record shard::released() const {
    auto r = record_;
    r.owner.clear();
    for (const auto& [stream, share] : shares_)
        r.streams[stream] = {share->created(), share->position()};
    return r;
}

}  // namespace tidings::broadcaster
