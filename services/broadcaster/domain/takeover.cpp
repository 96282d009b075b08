#include "domain/takeover.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace tidings::broadcaster {

namespace {

// What is written down of an endpoint in a stream of this name, which may have been another then; also what cannot be
// read.
const endpoint_position* in_stream(const std::map<std::string, endpoint_position>& all, const std::string& identity,
                                   const std::string& stream) {
    const auto p = all.find(identity);
    return p != all.end() && (p->second.unreadable() || p->second.stream == stream) ? &p->second : nullptr;
}

// Without a key of its own the shard has lost its place.
bool is_lost(const kept_positions& kept) { return kept.revision == 0 || !kept.record; }

bool has_lost_own(const kept_positions& kept, const std::string& stream, const shard_position& p) {
    const auto of_it = [&](const auto& own) { return own.second.unreadable() || own.second.stream == stream; };
    return static_cast<std::uint64_t>(std::ranges::count_if(kept.own, of_it)) < p.own.count;
}

// Where those go on that have no position of their own.
std::uint64_t next_of(const kept_positions& kept, const std::string& stream, const shard_position& p) {
    return has_lost_own(kept, stream, p) ? std::min(p.next, p.own.lowest) : p.next;
}

std::uint64_t served(const kept_positions& kept) {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(kept.starts, [](const auto& s) { return s.second.served; }));
}

// Where an endpoint begins that has no start written down. One of the API had it fixed when it was made.
std::uint64_t first_of(const endpoint& e, const kept_positions& kept, const std::string& stream,
                       const stream_now& now) {
    if (e.start_sequence > 0) return e.start_created == now.created ? e.start_sequence : 1;
    const auto inherited = now.inherited.find(e.name);
    if (inherited != now.inherited.end()) return inherited->second;
    if (e.from_the_beginning || is_lost(kept)) return 1;
    if (!has_lost_starts(kept)) return now.begins;  // else it may be one of those: it has had what its shard has
    const auto at = kept.record->streams.find(stream);
    return at == kept.record->streams.end() ? now.begins : std::min(now.begins, next_of(kept, stream, at->second));
}

// As written down, or as a new endpoint. One that was there before the stream was made anew gets all of it.
endpoint_position beginning_of(const endpoint& e, const kept_positions& kept, const std::string& stream,
                               const stream_now& now) {
    const auto* const known = in_stream(kept.starts, identity_of(e), stream);
    if (known == nullptr) return {stream, {now.created, first_of(e, kept, stream, now)}, false};
    if (known->unreadable()) return {stream, {now.created, std::max<std::uint64_t>(now.first, 1)}, false};
    if (known->at.created != now.created) return {stream, {now.created, 1}, known->served};
    return *known;
}

std::map<std::string, endpoint_position> beginnings(const kept_positions& kept, std::span<const endpoint_ptr> endpoints,
                                                    const std::string& stream, const stream_now& now, takeover& t) {
    std::map<std::string, endpoint_position> all;
    for (const auto& e : endpoints) {
        if (e->source_stream != stream) continue;
        const auto identity = identity_of(*e);
        const auto& p = all[identity] = beginning_of(*e, kept, stream, now);
        if (!kept.starts.contains(identity)) t.starts[identity] = p;
        if (!p.served) t.unserved[identity] = p;
    }
    return all;
}

// Where those that ride go on.
shard_position resume_at(const kept_positions& kept, const std::string& stream, const stream_now& now,
                         const std::map<std::string, endpoint_position>& begins, bool& made_anew) {
    const auto oldest = std::max<std::uint64_t>(now.first, 1);
    if (is_lost(kept)) return {now.created, oldest};
    const auto known = kept.record->streams.find(stream);
    if (known == kept.record->streams.end()) {  // read for the first time: together, from the earliest that is wanted
        auto next = now.begins;
        for (const auto& [name, p] : begins)
            next = std::min(next, p.at.next);
        return {now.created, std::max(next, oldest)};
    }
    const auto& p = known->second;
    made_anew = p.created != now.created || p.next > now.last + 1;
    if (made_anew) return {now.created, oldest};
    const auto next = next_of(kept, stream, p);
    return {now.created, next < p.next ? std::max(next, oldest) : p.next};
}

// Where it reads alone, if it does.
std::optional<done_set> alone_from(const endpoint_position* own, const endpoint_position& begin, const stream_now& now,
                                   const stream_opening& o) {
    if (own != nullptr && !o.made_anew) {
        if (own->unreadable()) return std::max<std::uint64_t>({begin.at.next, now.first, 1});
        // Of a stream that has lost its end since, or, if it has not begun, to be waited for.
        const auto done = own->done();
        const bool beyond = done.end() > now.last + 1 && done != done_set{begin.at.next};
        return own->at.created == now.created && !beyond ? done : done_set{1};
    }
    if (!begin.served && std::max(begin.at.next, now.first) < o.at.next) return begin.at.next;
    return std::nullopt;
}

stream_opening open(const kept_positions& kept, std::span<const endpoint_ptr> endpoints, const std::string& stream,
                    const stream_now& now, takeover& t) {
    stream_opening o;
    o.stream = stream;
    const auto begins = beginnings(kept, endpoints, stream, now, t);
    o.at = resume_at(kept, stream, now, begins, o.made_anew);
    for (const auto& e : endpoints) {
        if (e->source_stream != stream) continue;
        const auto identity = identity_of(*e);
        const auto& begin = begins.at(identity);
        // What it began with is not there any more, and other events will have those numbers.
        const bool beyond = o.made_anew && begin.served && begin.at.next > now.last + 1;
        stream_opening::beginner b{e, alone_from(in_stream(kept.own, identity, stream), begin, now, o),
                                   beyond ? 1 : begin.at.next};
        if (b.own) {
            t.own[identity] = endpoint_position::of(stream, now.created, *b.own);
            o.at.own.add(b.own->next);
        }
        o.endpoints.push_back(std::move(b));
    }
    t.record.streams[stream] = o.at;
    return o;
}

}  // namespace

takeover plan_takeover(const kept_positions& kept, std::span<const endpoint_ptr> endpoints,
                       const std::map<std::string, stream_now>& streams, std::string owner, std::string epoch) {
    takeover t;
    t.record = kept.record.value_or(shard_record{});
    t.record.owner = std::move(owner);
    t.record.epoch = std::move(epoch);
    t.record.starts = served(kept);
    for (auto& [stream, p] : t.record.streams)
        p = {p.created, next_of(kept, stream, p)};
    for (const auto& [stream, now] : streams)
        t.openings.push_back(open(kept, endpoints, stream, now, t));
    std::unordered_set<std::string> opened;
    for (const auto& e : endpoints)
        if (streams.contains(e->source_stream)) opened.insert(identity_of(*e));
    for (const auto& [identity, p] : kept.own)
        if (!opened.contains(identity)) t.own.emplace(identity, p);
    for (const auto& [identity, p] : kept.starts) {
        if (opened.contains(identity) || !kept.record) continue;
        const auto at = kept.record->streams.find(p.stream);
        // Also one that no owner has marked as served: a mark that comes late would say that the record is its place.
        if (!p.served) {
            t.own.emplace(identity, endpoint_position{p.stream, p.at});
        } else if (at != kept.record->streams.end()) {
            t.own.emplace(identity,
                          endpoint_position{p.stream, {at->second.created, next_of(kept, p.stream, at->second)}});
        }
    }
    for (const auto& [identity, p] : t.own) {
        const auto at = streams.contains(p.stream) ? t.record.streams.end() : t.record.streams.find(p.stream);
        if (at != t.record.streams.end()) at->second.own.add(p.at.next);
    }
    return t;
}

std::uint64_t known_to(const kept_positions& kept, const std::string& stream, const std::string& created) {
    std::uint64_t known = 0;
    if (!kept.record) return known;
    const auto at = kept.record->streams.find(stream);
    if (at != kept.record->streams.end() && at->second.created == created) known = at->second.next;
    for (const auto& [identity, own] : kept.own) {
        const auto start = kept.starts.find(identity);
        const bool begun = start == kept.starts.end() || own.done() != done_set{start->second.at.next};
        if (own.stream == stream && own.at.created == created && begun) known = std::max(known, own.done().end());
    }
    return known;
}

bool has_lost_starts(const kept_positions& kept) { return kept.record && served(kept) < kept.record->starts; }

bool has_lost_its_key(const kept_positions& kept) { return kept.revision == 0 && served(kept) > 0; }

std::vector<std::string> with_lost_positions(const kept_positions& kept) {
    std::vector<std::string> streams;
    for (const auto& [stream, p] : kept.record.value_or(shard_record{}).streams)
        if (has_lost_own(kept, stream, p)) streams.push_back(stream);
    return streams;
}

stream_opening open_new_stream(const kept_positions& kept, std::span<const endpoint_ptr> endpoints,
                               const std::string& stream, const stream_now& now, takeover& t) {
    return open(kept, endpoints, stream, now, t);
}

}  // namespace tidings::broadcaster
