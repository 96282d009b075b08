// How an endpoint reads that does not ride.
#include <algorithm>
#include <utility>

#include "delivery/gap_event.hpp"
#include "delivery/stream_share.hpp"
#include "domain/read_ahead.hpp"
#include "observe/log.hpp"
#include "reading/fetch_message.hpp"
#include "runtime/spawn.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr auto fetch_deadline = 2s;
constexpr std::size_t most_fetching = 4;
constexpr auto reader_opens_in = 10s;  // at most: nats-server may be as busy as we are

}  // namespace

void stream_share::look_after_alone(rider& r) {
    const auto& p = progress_.of(r.number);
    if (r.line.state() == endpoint_state::healthy) {
        moved_on(r, p.next());
        if (p.rides()) return;
        if (r.reader) r.line.catches_up(!r.lag.grows(head() - std::min(head(), p.next()), runtime::now()));
        const bool hangs = late(r) && r.line.room() == 0;
        if (r.reader && (hangs || links_.seats.wanted(r.seated_at, runtime::now()))) r.leave_seat();
        if (r.line.room() > 0) read_on(r);
        return;
    }
    r.lag.reset();
    if (r.reader && r.line.room() == 0) r.leave_seat();
    if (r.line.busy() || p.writing()) return;
    if (r.line.room() > 0) {  // a probe is due
        read_on(r);
    } else if (r.line.idle() || !r.line.probe_due()) {
        r.leave_seat();
        if (!r.line.idle() && r.line.let_go()) progress_.let_go(r.number);
    }
}

// Few that the shared reader passed are fetched one by one, in their order: another reader would read all that is
// between them. Whatever is not as it should be, and whatever else it missed, is left to one.
void stream_share::read_on(rider& r) {
    const auto& p = progress_.of(r.number);
    if (r.reader || r.fetching) return;
    if (p.waiting_again() == 0 && p.follows()) return moved_on(r, p.next());
    const bool by_one = fetched_singly(p.waiting_again(), p.span_again(), !p.follows());
    if (!by_one || r.line.holds_large()) return open_reader(r);  // the number of readers bounds what is on its way
    if (*links_.fetching >= most_fetching || room_to_ask_for(r) == 0) return;
    r.fetching = true;
    runtime::spawn(links_.line.ctx.get_executor(), fetch(r.number, r.alive, p.first_again()));
}

runtime::task<> stream_share::fetch(slot n, std::weak_ptr<void> alive, std::uint64_t sequence) {
    if (alive.expired()) co_return;
    ++*links_.fetching;
    std::shared_ptr<void> counted(nullptr, [all = links_.fetching](void*) { --*all; });
    bus::jetstream js(links_.bus, fetch_deadline);
    auto found = co_await fetch_message(links_.bus, stream_, sequence, fetch_deadline);
    if (alive.expired()) co_return;
    const auto info = co_await js.stream(stream_);  // it may be another one by now
    if (alive.expired()) co_return;
    auto& r = *riders_[n];
    r.fetching = false;
    const auto& p = progress_.of(n);
    // It may have let go of an earlier one meanwhile, which would be passed over.
    if (!p.waits_first_for(sequence) || r.reader || room_of(r) == 0) co_return;
    const bool same = info && info->created == created_;
    if (!found || found->stream_sequence != sequence || !same) co_return open_reader(r);
    read_alone(r, *found);
    counted.reset();
    if (p.reads_alone() && r.line.room() > 0) read_on(r);
}

// It has read to `next`; it rides again if that is far enough.
void stream_share::moved_on(rider& r, std::uint64_t next) {
    progress_.read_alone(r.number, next, keeps_up(r));
    if (!progress_.of(r.number).rides()) return;
    r.leave_seat();
    r.lag.reset();
    reader_goes_on_for(r.number);
}

std::size_t stream_share::room_to_ask_for(const rider& r) const {
    const bool is_late = late(r);
    if (!links_.line.in_hand.room_alone(is_late) || (is_late && r.line.ready() > 0)) return 0;
    const std::size_t most = links_.line.catch_up.limits() ? asked_beside_live : r.line.target().max_in_flight;
    return read_ahead(most, r.line.ready(), room_of(r));
}

void stream_share::open_reader(rider& r) {
    const auto now = runtime::now();
    r.seat = links_.seats.take(&r, late(r), now);
    if (!r.seat) return;
    r.seated_at = now + reader_opens_in;  // its turn begins with its first message
    r.line.catches_up(true);
    stream_reader::options o{.stream = stream_,
                             .created = created_,
                             .from = progress_.of(r.number).next(),
                             .known_to = std::max(head(), r.read_to)};
    o.batch_bytes = 1;  // one of the largest, or many small ones
    o.batch = std::min<std::size_t>(r.line.target().max_in_flight, o.batch);
    r.reader = std::make_unique<stream_reader>(
        links_.line.ctx, links_.bus, std::move(o),
        stream_reader::handlers{
            [this, &r](bus::delivery& d) { return read_alone(r, d); },
            [this, &r](std::uint64_t next) { moved_on(r, std::max(next, progress_.of(r.number).next())); },
            [this, &r](std::uint64_t first, std::uint64_t next) {
                event_ptr gap;
                if (tell(r, progress_.of(r.number).unread_of({first, next}), gap))
                    log::warn("events were deleted or expired before the endpoint could take them",
                              {{"endpoint", r.line.target().name}, {"first", first}, {"count", next - first}});
                moved_on(r, next);
            },
            [this](const bus::stream_info& now) { owner_.new_stream(stream_, now); },
            [this, &r] { return room_to_ask_for(r); }});
}

bool stream_share::read_alone(rider& r, bus::delivery& d) {
    if (room_of(r) == 0) return false;
    r.read_to = std::max(r.read_to, d.stream_sequence + 1);
    r.seated_at = std::min(r.seated_at, runtime::now());
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

}  // namespace tidings::broadcaster
