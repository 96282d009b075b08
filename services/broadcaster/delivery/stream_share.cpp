#include "delivery/stream_share.hpp"

#include <algorithm>
#include <utility>

#include "delivery/gap_event.hpp"
#include "domain/read_ahead.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

bool is_fresh(const event& e) {
    constexpr std::chrono::nanoseconds fresh = 1s;
    return endpoint_retries::wall_clock().time_since_epoch() - std::chrono::nanoseconds(e.stored_ns) < fresh;
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
    for_each_rider([](rider& r) { r.line.delivers().metrics().not_here(); });
}

bool stream_share::offer(incoming& in) {
    const auto sequence = in.sequence();
    if (sequence < progress_.head()) return true;
    wanting_.clear();
    if (!in.of_server()) {
        index_.find(in.type(), wanting_);
        if (index_.by_type()) in.tell_untyped();
    }
    blocked_by_.reset();
    const event* taken = nullptr;
    for (const auto n : wanting_) {
        if (!progress_.of(n).takes(sequence)) continue;
        auto& r = *riders_[n];
        restless_.insert(n);
        if (full(r)) {
            blocked_by_ = n;
            pressed_ = pressed_ || r.line.room() > 0;
            continue;
        }
        const auto e = in.taken();
        if (!r.line.wants(*e)) continue;
        progress_.take(n, sequence);
        r.line.offer(e);
        taken = e.get();
    }
    if (taken != nullptr && is_fresh(*taken)) links_.line.live_at = runtime::now();
    if (!blocked_by_) progress_.read(sequence);
    return !blocked_by_;
}

void stream_share::gone(std::uint64_t first, std::uint64_t next) {
    event_ptr gap;  // the same for all
    for_each_rider([&](rider& r) {
        const auto& p = progress_.of(r.number);
        if (p.rides() && next > p.next()) tell(r, p.unread_of({first, next}), gap);
    });
    passed(next);
}

// Also when it has no room: there is one of these for many events.
void stream_share::tell(rider& r, endpoint_window::range missing, event_ptr& gap) {
    if (missing.first == missing.next) return;
    const auto& e = r.line.target();
    if (!e.event_types.empty() && !wants_event(e.event_types, gap_type))
        return r.line.delivers().metrics().gone(missing.next - missing.first);
    const stream_gap about{stream_, incarnation_, missing.first, missing.next};
    if (!gap || gap->id != gap_id(about)) gap = make_gap_event(links_, about);
    restless_.insert(r.number);
    // Both ends: where it is not accepted, and read again later, it is the same gap.
    if (gap->gone_from != gap->sequence) progress_.take(r.number, gap->gone_from);
    progress_.take(r.number, gap->sequence);
    r.line.offer(gap);
}

void stream_share::settled(endpoint_line& line, const event& e) {
    if (e.incarnation != incarnation_) return;
    bool due = false;
    if (e.gone_from > 0) line.delivers().metrics().gone(e.sequence - e.gone_from + 1);
    if (e.gone_from > 0 && e.gone_from != e.sequence) due = progress_.done(line.place(), e.gone_from);
    if (progress_.done(line.place(), e.sequence) || due) owner_.positions_due();
}

void stream_share::changed(endpoint_line& line) {
    auto& r = *riders_[line.place()];
    restless_.insert(r.number);
    if (r.reader) return r.reader->resume();
    if (!progress_.of(r.number).rides()) return;
    const bool healthy = line.state() == endpoint_state::healthy;
    if (!healthy) progress_.leave(r.number);
    // Each of the others would only find that there is still no room at the one that was full.
    if (healthy && blocked_by_ && (*blocked_by_ != r.number || full(r))) return;
    owner_.room_freed(*this);
}

std::uint64_t stream_share::next(slot n) const {
    const auto& p = progress_.of(n);
    return p.rides() ? std::max(progress_.head(), p.next()) : p.next();
}

retry_id stream_share::passed(const endpoint_line& line) const { return {incarnation_, next(line.place())}; }

bool stream_share::to_be_read(const endpoint_line& line, retry_id id) const {
    const auto& p = progress_.of(line.place());
    if (id.incarnation != incarnation_) return false;
    return p.rides() ? id.sequence >= progress_.head() && p.takes(id.sequence) : p.takes_alone(id.sequence);
}

std::size_t stream_share::room_of(const rider& r) const {
    return std::min(r.line.room(), progress_.of(r.number).room());
}

// room_freed() may make more endpoints restless: not while these are gone through.
void stream_share::tick() {
    const auto now = runtime::now();
    look_at_ages();
    bool left = false;
    for (auto it = restless_.begin(); it != restless_.end();) {
        auto& r = *riders_[*it];
        r.line.tidy();
        left = look_after(r) || left;
        const auto& p = progress_.of(*it);
        const bool rests = p.state() == endpoint_progress::mode::riding && r.line.idle() && !r.line.busy() && !r.reader;
        if (rests) r.rests_since = now;
        it = rests ? restless_.erase(it) : std::next(it);
    }
    if (left) owner_.room_freed(*this);
}

// True: it no longer holds up those that ride.
bool stream_share::look_after(rider& r) {
    const auto& p = progress_.of(r.number);
    if (p.rides()) return (holds_back(r) || r.line.state() != endpoint_state::healthy) && progress_.leave(r.number);
    if (p.reads_alone()) look_after_alone(r);
    return false;
}

void stream_share::look_after_alone(rider& r) {
    const auto& p = progress_.of(r.number);
    if (r.line.state() == endpoint_state::healthy) {
        moved_on(r, p.next());
        const bool hangs = late(r) && r.line.room() == 0;
        if (r.reader && (hangs || links_.seats.wanted(r.seated_at, runtime::now()))) r.leave_seat();
        if (p.reads_alone() && !r.reader && r.line.room() > 0) open_reader(r);
        return;
    }
    if (r.reader && r.line.room() == 0) r.leave_seat();
    if (r.line.busy() || p.writing()) return;
    if (r.line.room() > 0) {  // a probe is due
        if (!r.reader) open_reader(r);
    } else if (r.line.idle() || !r.line.probe_due()) {
        r.leave_seat();
        if (!r.line.idle() && r.line.let_go()) progress_.let_go(r.number);
    }
}

// It has read to `next`; it rides again if that is far enough.
void stream_share::moved_on(rider& r, std::uint64_t next) {
    progress_.read_alone(r.number, next, keeps_up(r));
    if (progress_.of(r.number).rides()) r.leave_seat();
}

std::size_t stream_share::room_to_ask_for(const rider& r) const {
    if (!links_.line.in_hand.room_alone(late(r))) return 0;
    const std::size_t most = links_.line.catch_up.limits() ? asked_beside_live : r.line.target().max_in_flight;
    return read_ahead(most, r.line.ready(), room_of(r));
}

void stream_share::open_reader(rider& r) {
    const auto now = runtime::now();
    r.seat = links_.seats.take(&r, late(r), now);
    if (!r.seat) return;
    r.seated_at = now;
    r.line.catches_up(true);
    stream_reader::options o{.stream = stream_, .created = created_, .from = progress_.of(r.number).next()};
    o.batch_bytes = 1;  // one of the largest, or many small ones
    o.batch = std::min<std::size_t>(r.line.target().max_in_flight, o.batch);
    r.reader = std::make_unique<stream_reader>(
        links_.line.ctx, links_.bus, std::move(o),
        stream_reader::handlers{
            [this, &r](bus::delivery& d) { return read_alone(r, d); },
            [this, &r](std::uint64_t next) { moved_on(r, std::max(next, progress_.of(r.number).next())); },
            [this, &r](std::uint64_t first, std::uint64_t next) {
                log::warn("events were deleted or expired before the endpoint could take them",
                          {{"endpoint", r.line.target().name}, {"first", first}, {"count", next - first}});
                event_ptr gap;
                tell(r, progress_.of(r.number).unread_of({first, next}), gap);
                moved_on(r, next);
            },
            [this](const bus::stream_info& now) { owner_.new_stream(stream_, now); },
            [this, &r] { return room_to_ask_for(r); }});
}

bool stream_share::read_alone(rider& r, bus::delivery& d) {
    if (room_of(r) == 0) return false;
    incoming in(links_, d, stream_, incarnation_, nullptr, hands::taken::alone);
    const auto& types = r.line.target().event_types;
    const bool fresh = progress_.of(r.number).takes_alone(in.sequence());
    const bool for_it = fresh && !in.of_server();
    const bool may_want = for_it && wants_event(types, in.type());
    if (for_it && !types.empty()) in.tell_untyped();
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
    for_each_rider([&](rider& r) {
        r.leave_seat();
        progress_.add(r.number, {});
    });
}

bool stream_share::busy() const {
    return std::ranges::any_of(riders_, [](const auto& r) { return r && r->line.busy(); });
}

void stream_share::close() {
    for_each_rider([](rider& r) {
        r.leave_seat();
        r.line.close();
    });
}

}  // namespace tidings::broadcaster
