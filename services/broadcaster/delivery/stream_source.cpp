#include "delivery/stream_source.hpp"

#include <algorithm>
#include <utility>

#include "observe/log.hpp"
#include "reading/stream_look.hpp"
#include "runtime/spawn.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t worth_skipping = 256;  // events: another consumer costs some milliseconds
constexpr auto faults_looked_for = 4s;         // between two looks
constexpr auto patience = 25ms;  // between two ticks, for endpoints that have no room while others have nothing to do

}  // namespace

stream_source::seat* stream_source::seat_of(const stream_share& s) {
    const auto it = std::ranges::find(seats_, &s, [](const auto& one) { return one->share; });
    return it == seats_.end() ? nullptr : it->get();
}

// Of a backlog, the less is read again: by all once more from where it stands, or the rest of it by two.
void stream_source::attach(stream_share& s) {
    seats_.push_back(std::make_unique<seat>(seat{&s, nullptr}));
    if (!reader_) return start(s.head());
    const bool same = s.created() == seats_.front()->share->created();
    if (same && s.head() >= next_) return;
    const bool turns_back = same && next_ - s.head() < to_come_;
    turns_back ? start(s.head()) : catch_up(*seats_.back());
}

void stream_source::detach(stream_share& s) {
    std::erase_if(seats_, [&](const auto& one) { return one->share == &s; });
    if (blocked_ == &s) blocked_ = nullptr;
    if (seats_.empty()) reader_.reset();
}

void stream_source::start(std::uint64_t from) {
    next_ = from;
    to_come_ = 0;
    waiting_.reset();
    waiting_since_ = {};
    blocked_ = nullptr;
    auto known_to = from;
    for (const auto& s : seats_)
        known_to = std::max(known_to, s->share->head());
    reader_ = std::make_unique<stream_reader>(
        links_.line.ctx, links_.bus,
        stream_reader::options{
            .stream = stream_, .created = seats_.front()->share->created(), .from = from, .known_to = known_to},
        stream_reader::handlers{[this](bus::delivery& d) { return offer(d); },
                                [this](std::uint64_t next) { passed(next); },
                                [this](std::uint64_t first, std::uint64_t next) {
                                    gone(first, next);
                                    for (const auto& s : seats_)
                                        if (!s->alone && s->share->head() < next)
                                            s->share->gone(std::max(first, s->share->head()), next);
                                    passed(next);
                                },
                                [this](const bus::stream_info& now) { new_stream(now); },
                                [this] { return wanted_from() == stream_share::nobody ? 0 : room(); }});
}

void stream_source::catch_up(seat& s) {
    auto& share = *s.share;
    const auto known = std::make_shared<event_ptr>();
    s.alone = std::make_unique<stream_reader>(
        links_.line.ctx, links_.bus,
        stream_reader::options{
            .stream = stream_, .created = share.created(), .from = share.head(), .known_to = share.head()},
        stream_reader::handlers{[this, &share, known](bus::delivery& d) { return offer_alone(share, d, *known); },
                                [this, &share](std::uint64_t next) {
                                    share.passed(next);
                                    came_as_far(share);
                                },
                                [this, &share](std::uint64_t first, std::uint64_t next) {
                                    gone(first, next);
                                    share.gone(first, next);
                                    came_as_far(share);
                                },
                                [this](const bus::stream_info& now) { new_stream(now); }, [this] { return room(); }});
}

bool stream_source::offer(bus::delivery& d) {
    if (wanted_from() == stream_share::nobody) return false;  // it keeps the event, and is asked at each tick
    const auto sequence = d.stream_sequence;
    to_come_ = d.pending;
    if (waiting_ && waiting_->sequence != sequence) waiting_.reset();
    incoming in(links_, d, stream_, seats_.front()->share->incarnation(), waiting_);
    blocked_ = nullptr;
    for (const auto& s : seats_)
        if (!s->alone && !s->share->offer(in)) blocked_ = s->share;
    if (blocked_ != nullptr) {
        waiting_ = in.taken_before();
        if (waiting_since_ == decltype(waiting_since_){}) waiting_since_ = runtime::now();
        return false;
    }
    if (waiting_since_ != decltype(waiting_since_){}) {
        waited_ += runtime::now() - waiting_since_;
        waiting_since_ = {};
    }
    waiting_.reset();
    next_ = sequence + 1;
    return true;
}

bool stream_source::offer_alone(stream_share& s, bus::delivery& d, event_ptr& known) {
    if (known && known->sequence != d.stream_sequence) known.reset();
    incoming in(links_, d, stream_, s.incarnation(), known);
    if (!s.offer(in)) {
        known = in.taken_before();
        return false;
    }
    known.reset();
    came_as_far(s);
    return true;
}

void stream_source::came_as_far(stream_share& s) {
    auto* const at = seat_of(s);
    if (at != nullptr && s.head() >= next_) at->alone.reset();
}

void stream_source::passed(std::uint64_t next) {
    next_ = std::max(next_, next);
    for (const auto& s : seats_)
        if (!s->alone) s->share->passed(next_);
}

void stream_source::gone(std::uint64_t first, std::uint64_t next) const {
    log::warn("events were deleted or expired before they were read",
              {{"stream", stream_}, {"first", first}, {"count", next - first}});
}

void stream_source::new_stream(const bus::stream_info& now) {
    if (seats_.empty()) return;
    const auto first = std::max<std::uint64_t>(now.first_seq, 1);
    log::error("stream was made anew: its events are read from its beginning",
               {{"stream", stream_}, {"created", now.created}, {"first", first}});
    const auto knows_it = [&](const auto& s) { return s->share->created() == now.created; };
    const bool lost_its_end = std::ranges::all_of(seats_, knows_it);
    for (const auto& s : seats_) {
        s->alone.reset();
        if (lost_its_end || !knows_it(s)) s->share->restart({now.created, first});
    }
    start(first);
}

std::uint64_t stream_source::wanted_from() const {
    auto first = stream_share::nobody;
    for (const auto& s : seats_)
        if (!s->alone) first = std::min(first, s->share->wanted_from());
    return first;
}

// With nobody to read for it waits. Who comes later, as a new endpoint, which begins at the end, may want nothing of
// what it has not read; nor may somebody who begins beyond the end, which is not skipped.
runtime::task<> stream_source::skip_unwanted() {
    const std::weak_ptr<void> alive = alive_;
    const auto info = co_await bus::jetstream(links_.bus).stream(stream_);
    if (alive.expired()) co_return;
    skipping_ = false;
    if (!reader_ || !info || info->created != seats_.front()->share->created()) co_return;
    const auto to = std::min(wanted_from(), info->last_seq + 1);
    if (wanted_from() == stream_share::nobody || to < next_ + worth_skipping) co_return;
    for (const auto& s : seats_)
        if (!s->alone && s->share->head() < to) s->share->skip_to(to);
    start(to);
}

void stream_source::look_now_and_then() {
    if (seats_.empty() || looking_ || runtime::now() - looked_at_ < faults_looked_for) return;
    looking_ = true;
    looked_at_ = runtime::now();
    runtime::spawn(links_.line.ctx.get_executor(), look_for_faults());
}

// A stream may be changed, or made anew, so that it drops what was delivered, and what nobody reads just now. It is
// read on: without a reader it would drop everything.
runtime::task<> stream_source::look_for_faults() {
    const std::weak_ptr<void> alive = alive_;
    const auto info = co_await bus::jetstream(links_.bus).stream(stream_);
    if (alive.expired()) co_return;
    looking_ = false;
    if (!info) co_return;
    auto why = why_missing(fault_of(*info), stream_);
    if (why == warning_) co_return;
    warning_ = std::move(why);
    warning_.empty() ? log::info("the stream can be delivered from again", {{"stream", stream_}})
                     : log_fault(fault_of(*info), stream_);
}

std::size_t stream_source::room() const { return links_.line.in_hand.room_shared() ? 256 : 0; }

void stream_source::room_freed(const stream_share& s) {
    const auto* const at = seat_of(s);
    if (at != nullptr && at->alone) at->alone->resume();
    if (reader_ && (blocked_ == nullptr || blocked_ == &s)) reader_->resume();
}

void stream_source::resume() {
    if (reader_) reader_->resume();
    for (std::size_t i = 0; i < seats_.size(); ++i)
        if (seats_[i]->alone) seats_[i]->alone->resume();
}

void stream_source::tick() {
    const auto now = runtime::now();
    if (waiting_since_ != decltype(waiting_since_){}) waited_ += now - std::exchange(waiting_since_, now);
    const bool too_long = std::exchange(waited_, {}) >= patience;
    const auto rides = [](const auto& s) { return !s->alone; };
    if (too_long && std::ranges::any_of(seats_, [&](const auto& s) { return rides(s) && s->share->others_wait(); })) {
        for (const auto& s : seats_)
            if (rides(s)) s->share->part_with_the_full();
    }
    const auto wanted = wanted_from();
    const bool skip = reader_ && wanted != stream_share::nobody && wanted >= next_ + worth_skipping;
    if (skip && !std::exchange(skipping_, true)) runtime::spawn(links_.line.ctx.get_executor(), skip_unwanted());
    resume();
    look_now_and_then();
}

std::string stream_source::trouble() const {
    if (!reader_ || reader_->trouble().empty()) return {};
    return warning_.empty() ? reader_->trouble() : warning_;
}

}  // namespace tidings::broadcaster
