#include "delivery/stream_share.hpp"

#include <algorithm>
#include <utility>

#include "delivery/gap_event.hpp"
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
    progress_.offer(sequence);
    const event* taken = nullptr;
    bool lost_track = false;
    for (const auto n : wanting_) {
        if (!progress_.of(n).takes(sequence)) {
            const bool followed = progress_.of(n).follows();
            progress_.put_off(n, sequence);
            lost_track = lost_track || (followed && !progress_.of(n).follows());
            continue;
        }
        auto& r = *riders_[n];
        restless_.insert(n);
        if (full(r)) {
            blocked_by_ = n;
            progress_.refuse(n);
            pressed_ = pressed_ || progress_.of(n).room() == 0;
            continue;
        }
        const auto e = in.taken();
        if (!r.line.wants(*e)) continue;
        progress_.take(n, sequence);
        r.line.offer(e);
        taken = e.get();
    }
    if (taken != nullptr && is_fresh(*taken)) links_.line.live_at = runtime::now();
    if (lost_track) look_who_waits();  // perhaps the last that the reader goes on for
    return progress_.read_if_taken();
}

void stream_share::gone(std::uint64_t first, std::uint64_t next) {
    event_ptr gap;  // the same for all
    for_each_rider([&](rider& r) {
        const auto& p = progress_.of(r.number);
        if (!p.rides()) progress_.lose_track(r.number, next);
        if (p.rides() && next > p.next()) tell(r, p.unread_of({first, next}), gap);
    });
    passed(next);
}

// Also when it has no room: there is one of these for many events.
bool stream_share::tell(rider& r, endpoint_window::range missing, event_ptr& gap) {
    if (missing.first == missing.next) return false;
    const auto& e = r.line.target();
    const auto found = r.gaps.found(missing.first, missing.next);
    r.line.delivers().metrics().gone(found);
    if (!e.event_types.empty() && !wants_event(e.event_types, gap_type)) return found > 0;
    const stream_gap about{stream_, incarnation_, missing.first, missing.next};
    if (!gap || gap->id != gap_id(about)) gap = make_gap_event(links_, about);
    restless_.insert(r.number);
    // Both ends: where it is not accepted, and read again later, it is the same gap.
    if (gap->gone_from != gap->sequence) progress_.take(r.number, gap->gone_from);
    progress_.take(r.number, gap->sequence);
    r.line.offer(gap);
    return found > 0;
}

void stream_share::settled(endpoint_line& line, const event& e) {
    bool due = false;
    riders_[line.place()]->pace.took();
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
    look_who_waits();
    if (left) owner_.room_freed(*this);
}

// True: it no longer holds up those that ride.
bool stream_share::look_after(rider& r) {
    const auto& p = progress_.of(r.number);
    const bool must_leave = holds_back(r) || r.line.state() != endpoint_state::healthy || r.line.ended();
    if (p.rides()) return must_leave && progress_.leave(r.number);
    if (p.reads_alone()) look_after_alone(r);
    return false;
}

void stream_share::restart(stream_position at) {
    created_ = std::move(at.created);
    incarnation_ = incarnation_of(created_);
    ++restarts_;
    progress_.restart(at.next);
    blocked_by_.reset();
    for_each_rider([&](rider& r) {
        r.leave_seat();
        r.alive.restart();
        r.fetching = false;
        r.line.stream_ends();
        r.read_to = 0;
        r.gaps = {};
        reader_goes_on_for(r.number);
        if (!progress_.of(r.number).rides()) restless_.insert(r.number);
    });
}

bool stream_share::busy() const {
    return std::ranges::any_of(riders_, [](const auto& r) { return r && r->line.busy(); });
}

bool stream_share::end_the_slow() {
    const auto slow = 250ms + 2 * links_.line.attempts.usual_answer();
    const auto now = runtime::now();
    const auto awake = links_.awake.awake_since();
    bool ended = true;
    for_each_rider([&](rider& r) {
        r.busy_since = r.line.busy() ? std::min(r.busy_since, now) : runtime::time_point::max();
        if (!r.line.busy()) return;
        const bool waits = now - std::max(awake, r.line.attempted_since()) >= slow ||
                           (now - std::max(awake, r.busy_since) >= slow && !r.pace.at_it());
        if (waits && !r.line.ended() && ended_ < reader_seats::most) {
            ++ended_;
            r.leave_seat();
            r.line.end();
            restless_.insert(r.number);
        }
        const bool may_be_slow = !r.pace.at_it();
        ended = ended && !may_be_slow && !r.line.ended();
    });
    return ended;
}

void stream_share::go_on() {
    ended_ = 0;
    for_each_rider([](rider& r) {
        if (r.line.ended()) r.line.go_on();
    });
}

void stream_share::close() {
    for_each_rider([](rider& r) {
        r.leave_seat();
        r.line.close();
    });
}

}  // namespace tidings::broadcaster
