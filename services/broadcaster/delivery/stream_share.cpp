#include "delivery/stream_share.hpp"

#include <algorithm>
#include <utility>

#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr auto held_back_for = 250ms;  // after which an endpoint no longer holds the shard's position

std::uint32_t incarnation_of(std::string_view created) {
    std::uint32_t h = 0x811c9dc5;
    for (const unsigned char c : created)
        h = (h ^ c) * 0x01000193;
    return h;
}

}  // namespace

stream_share::stream_share(share_links& l, share_owner& owner, std::string stream, stream_position at)
    : links_(l),
      owner_(owner),
      stream_(std::move(stream)),
      created_(std::move(at.created)),
      incarnation_(incarnation_of(created_)),
      progress_(at.next) {}

stream_share::~stream_share() {
    for (const auto& r : riders_)
        r->line.delivers().metrics().not_here();
}

stream_share::slot stream_share::add(const endpoint& e, retry_desk* desk, std::optional<std::uint64_t> own,
                                     std::uint64_t start) {
    const auto n = riders_.size();
    auto fresh = std::make_unique<rider>(links_.line, e, *this, desk, n);
    progress_.add(n, own, start);
    index_.add(n, e.event_types);
    slots_.emplace(&fresh->line, n);
    names_.emplace(e.name, n);
    fresh->line.delivers().metrics().owner(true);
    riders_.push_back(std::move(fresh));
    if (own) restless_.insert(n);
    log::info(
        "endpoint ready",
        {{"endpoint", e.name}, {"ordering", to_string(e.order)}, {"from", own.value_or(std::max(start, head()))}});
    return n;
}

endpoint_line* stream_share::find(const std::string& endpoint_name) {
    const auto n = names_.find(endpoint_name);
    return n == names_.end() ? nullptr : &riders_[n->second]->line;
}

stream_share::rider& stream_share::rider_of(const endpoint_line& line) const { return *riders_[slots_.at(&line)]; }

bool stream_share::offer(incoming& in) {
    const auto sequence = in.sequence();
    if (sequence < progress_.head()) return true;
    wanting_.clear();
    if (!in.of_server()) index_.find(in.type(), wanting_);
    bool room = true;
    for (const auto n : wanting_) {
        if (!progress_.of(n).takes(sequence)) continue;
        auto& r = *riders_[n];
        restless_.insert(n);
        if (r.line.room() == 0) {
            room = false;
            continue;
        }
        const auto e = in.taken();
        if (!r.line.wants(*e)) continue;
        progress_.take(n, sequence);
        r.line.offer(e);
    }
    if (room) progress_.read(sequence);
    return room;
}

bool stream_share::others_wait() const {
    return std::ranges::any_of(riders_,
                               [&](const auto& r) { return r->line.idle() && progress_.of(r->number).rides(); });
}

void stream_share::part_with_the_full() {
    for (const auto n : restless_)
        if (progress_.of(n).rides() && riders_[n]->line.room() == 0) progress_.leave(n);
}

void stream_share::settled(endpoint_line& line, const event& e) {
    if (e.incarnation == incarnation_) progress_.done(slots_.at(&line), e.sequence);
}

void stream_share::changed(endpoint_line& line) {
    auto& r = rider_of(line);
    restless_.insert(r.number);
    if (r.reader) return r.reader->resume();
    if (!progress_.of(r.number).rides()) return;
    if (line.state() != endpoint_state::healthy) progress_.leave(r.number);
    owner_.room_freed();
}

std::uint64_t stream_share::next(slot n) const {
    const auto& p = progress_.of(n);
    return p.rides() ? std::max(progress_.head(), p.next()) : p.next();
}

retry_id stream_share::passed(const endpoint_line& line) const { return {incarnation_, next(slots_.at(&line))}; }

bool stream_share::keeps_up(const rider& r) const {
    return r.line.state() == endpoint_state::healthy && r.line.room() > 0 &&
           (r.line.idle() || runtime::now() - r.line.oldest() < held_back_for);
}

void stream_share::tick() {
    for (auto it = restless_.begin(); it != restless_.end();) {
        auto& r = *riders_[*it];
        look_after(r);
        const auto& p = progress_.of(*it);
        const bool rests = p.state() == endpoint_progress::mode::riding && r.line.idle() && !r.reader;
        it = rests ? restless_.erase(it) : std::next(it);
    }
}

void stream_share::look_after(rider& r) {
    const auto& p = progress_.of(r.number);
    if (p.rides()) {
        const bool late = !r.line.idle() && runtime::now() - r.line.oldest() >= held_back_for;
        if ((late || r.line.state() != endpoint_state::healthy) && progress_.leave(r.number)) owner_.room_freed();
    } else if (p.reads_alone()) {
        look_after_alone(r);
    }
}

void stream_share::look_after_alone(rider& r) {
    const auto& p = progress_.of(r.number);
    if (r.line.state() == endpoint_state::healthy) {
        moved_on(r, p.next());
        if (p.reads_alone() && !r.reader) open_reader(r);
        return;
    }
    if (r.line.busy() || p.writing()) return;
    if (r.line.room() > 0) {  // a probe is due
        if (!r.reader) open_reader(r);
    } else if (r.line.idle() || !r.line.probe_due()) {
        r.reader.reset();
        if (!r.line.idle() && r.line.let_go()) progress_.let_go(r.number);
    }
}

// It has read to `next`; it rides again if that is far enough.
void stream_share::moved_on(rider& r, std::uint64_t next) {
    progress_.read_alone(r.number, next, keeps_up(r));
    if (progress_.of(r.number).rides()) r.reader.reset();
}

void stream_share::open_reader(rider& r) {
    stream_reader::options o{.stream = stream_, .created = created_, .from = progress_.of(r.number).next()};
    o.batch = std::min<std::size_t>(r.line.target().max_in_flight, o.batch);
    r.reader = std::make_unique<stream_reader>(
        links_.line.ctx, links_.bus, std::move(o),
        stream_reader::handlers{
            [this, &r](bus::delivery& d) { return read_alone(r, d); },
            [this, &r](std::uint64_t next) { moved_on(r, std::max(next, progress_.of(r.number).next())); },
            [this, &r](std::uint64_t first, std::uint64_t next) {
                log::warn("events were deleted or expired before the endpoint could take them",
                          {{"endpoint", r.line.target().name}, {"first", first}, {"count", next - first}});
                moved_on(r, next);
            },
            [this](const bus::stream_info& now) { owner_.new_stream(stream_, now); },
            [this, &r]() -> std::size_t {
                return links_.in_hand.held() < hands::most_alone || r.line.idle() ? r.line.room() : 0;
            }});
}

bool stream_share::read_alone(rider& r, bus::delivery& d) {
    if (r.line.room() == 0) return false;
    incoming in(links_, d, stream_, incarnation_, nullptr);
    const auto& types = r.line.target().event_types;
    const bool may_want = !in.of_server() && (types.empty() || wants_event(types, in.type()));
    const auto e = may_want ? in.taken() : nullptr;
    const bool wanted = e && r.line.wants(*e);
    if (wanted) progress_.take(r.number, e->sequence);
    moved_on(r, in.sequence() + 1);
    if (wanted) r.line.offer(e);
    return true;
}

void stream_share::restart(stream_position at) {
    created_ = std::move(at.created);
    incarnation_ = incarnation_of(created_);
    progress_ = shard_progress(at.next);
    for (const auto& r : riders_) {
        r->reader.reset();
        progress_.add(r->number, {});
    }
}

std::vector<stream_share::own_write_of> stream_share::next_own_writes() {
    std::vector<own_write_of> writes;
    for (const auto& [n, w] : progress_.next_own_writes()) {
        own_write_of o{n, riders_[n]->line.target().name, std::nullopt};
        if (w.position) o.position = endpoint_position{stream_, {created_, *w.position}};
        writes.push_back(std::move(o));
    }
    return writes;
}

void stream_share::own_written(slot endpoint, std::uint32_t incarnation) {
    if (incarnation != incarnation_) return;
    progress_.own_stored(endpoint);
    restless_.insert(endpoint);
}

bool stream_share::busy() const {
    return std::ranges::any_of(riders_, [](const auto& r) { return r->line.busy(); });
}

void stream_share::close() {
    for (const auto& r : riders_) {
        r->reader.reset();
        r->line.close();
    }
}

}  // namespace tidings::broadcaster
