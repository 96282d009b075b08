#include "delivery/endpoint_line.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "bus/jetstream/subject_cover.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_bytes = 4 * 1024 * 1024;  // in hand, or one event
const std::string one_lane = "strict";

retry_id id_of(const event& e) { return {e.incarnation, e.sequence}; }

std::chrono::system_clock::time_point wall_clock() { return std::chrono::system_clock::now(); }

}  // namespace

endpoint_line::endpoint_line(const line_links& l, const endpoint& e, line_owner& owner, retry_desk* desk)
    : links_(l),
      owner_(owner),
      courier_(l.ctx, e, l.record, l.metrics),
      retries_(desk, courier_.target(), store_, [this] { pump(); }),
      timer_(l.ctx) {
    courier_.on_done = [this](parcel& p, const decision& d) { attempted(p, d); };
}

bool endpoint_line::wants(const event& e) const {
    const auto& t = target();
    return wants_event(t.event_types, e.type) && (e.only_for.empty() || e.only_for == t.name) &&
           (t.source_subject.empty() || bus::subject_covers(t.source_subject, e.subject));
}

std::size_t endpoint_line::room() const {
    if (closed_ || bytes_ >= most_bytes) return 0;
    const auto& health = courier_.health();
    if (health.state() == endpoint_state::healthy) {
        const auto most = target().max_in_flight;
        return most > in_hand_.size() ? most - in_hand_.size() : 0;
    }
    return in_hand_.empty() && retries_.idle() && health.probe_due(runtime::now()) ? 1 : 0;
}

endpoint_line::time_point endpoint_line::oldest() const {
    return in_hand_.empty() ? time_point::max() : in_hand_.begin()->second->arrived;
}

std::chrono::milliseconds endpoint_line::age_of_oldest() const {
    if (in_hand_.empty()) return 0ms;
    const auto stored = std::chrono::nanoseconds(in_hand_.begin()->second->what->stored_ns);
    return std::chrono::duration_cast<std::chrono::milliseconds>(wall_clock().time_since_epoch() - stored);
}

std::string endpoint_line::lane_of(const event& e) const {
    switch (target().order) {
        case ordering::none:
            return {};
        case ordering::per_key:
            return partition_key_of(e);
        case ordering::strict:
            return one_lane;
    }
    return {};
}

void endpoint_line::offer(event_ptr e) {
    if (retries_.used() && retries_.contains(id_of(*e))) return owner_.settled(*this, *e);  // it is there already
    auto fresh = store_.take();
    auto& p = *fresh;
    p.key = lane_of(*e);
    p.what = std::move(e);
    p.arrived = runtime::now();
    p.number = ++last_number_;
    if (probed_ && probed_->first == id_of(*p.what)) p.attempt = probed_->second;
    probed_.reset();
    bytes_ += p.what->body.size();
    const bool follows = retries_.holds(p.key) && !lanes_.has(p.key);
    in_hand_.emplace(p.number, std::move(fresh));
    if (follows) return move_away(p, 0ms);
    lanes_.add(p.number, p.key);
    pump();
}

// One that comes late is of a message that waits, is in hand (then it goes with it), may still be read, or is settled.
void endpoint_line::found(retry_id id, retry_queue::entry e, bool loading) {
    const auto passed = owner_.passed(*this);
    const bool unread = id.incarnation == passed.incarnation && id.sequence >= passed.sequence;
    const bool held = std::ranges::any_of(in_hand_, [&](const auto& p) { return id_of(*p.second->what) == id; });
    if (!loading && !unread && !held && !retries_.contains(id)) return retries_.remove(e.stored);
    retries_.found(id, std::move(e), held);
    arm();
}

bool endpoint_line::may_take(time_point now) const {
    if (!courier_.free() || !owner_.may_send()) return false;
    const auto& health = courier_.health();
    if (health.state() == endpoint_state::healthy) return true;
    return health.probe_due(now) && courier_.under_way() == 0;
}

void endpoint_line::pump() {
    const auto now = runtime::now();
    while (may_take(now) && send_next(now)) {
    }
    arm();
}

// Retries that are due go first; while the endpoint is paused, only when there is nothing else to probe with.
bool endpoint_line::send_next(time_point now) {
    const bool healthy = state() == endpoint_state::healthy;
    if (healthy) retries_.fetch(SIZE_MAX, owner_.passed(*this));
    auto* const due = healthy || in_hand_.empty() ? retries_.next() : nullptr;
    if (due != nullptr) {
        courier_.send(*due);
        return true;
    }
    if (const auto next = lanes_.take(now)) {
        auto& p = *in_hand_.at(*next);
        retries_.holds(p.key) ? move_away(p, 0ms) : courier_.send(p);
        return true;
    }
    if (!healthy && in_hand_.empty()) retries_.fetch(1, owner_.passed(*this));
    return false;
}

void endpoint_line::attempted(parcel& p, const decision& d) {
    if (!owner_.may_send()) return put_back(p);
    const bool healthy = state() == endpoint_state::healthy;
    if (healthy && !std::exchange(was_healthy_, healthy)) retries_.hasten();
    was_healthy_ = healthy;
    switch (d.action) {
        case action::ack:
            settle(p);
            break;
        case action::dead_letter:
            bury(p);
            break;
        case action::retry:
            ++p.attempt;
            move_away(p, d.delay, d.unreachable);
            break;
        case action::release:
            ++p.attempt;
            put_back(p);
            break;
    }
    pump();
    owner_.changed(*this);
}

void endpoint_line::put_back(parcel& p) { p.retry ? retries_.put_back(p) : lanes_.put_back(p.number, runtime::now()); }

void endpoint_line::settle(parcel& p) {
    courier_.metrics().processed();
    retries_.settle(id_of(*p.what));  // also one that an owner before us wrote, of a message in hand
    if (p.retry) return retries_.drop(p);
    lanes_.finish(p.number);
    leave_hand(p);
}

void endpoint_line::leave_hand(parcel& p) {
    const auto e = p.what;
    bytes_ -= e->body.size();
    store_.give_back(std::move(in_hand_.extract(p.number).mapped()));
    owner_.settled(*this, *e);
}

// Into WEBHOOK_RETRIES; where that is not meant to be, it waits here.
void endpoint_line::move_away(parcel& p, std::chrono::milliseconds delay, bool unreachable) {
    if (!retries_.used() && !p.retry) return lanes_.put_back(p.number, runtime::now() + delay);
    p.busy = true;
    ++writing_;
    if (!p.retry) lanes_.finish(p.number);
    retries_.store(p, wall_clock() + delay, unreachable, [this, &p] {
        --writing_;
        p.retry ? retries_.drop(p) : leave_hand(p);
        pump();
        owner_.changed(*this);
    });
}

void endpoint_line::bury(parcel& p) {
    if (!links_.bury) {
        log::error("webhook lost: core mode keeps no dead letters",
                   {{"endpoint", target().name}, {"event_id", p.what->id}, {"attempt", p.attempt}});
        courier_.metrics().dropped();
        return settle(p);
    }
    p.busy = true;
    ++writing_;
    links_.bury(given_up_of(p, target().name), alive_, [this, &p] {
        --writing_;
        log::error(
            "webhook given up: dead letter",
            {{"endpoint", target().name}, {"event_id", p.what->id}, {"attempt", p.attempt}, {"status", p.last_status}});
        courier_.metrics().dead_letter();
        settle(p);
        pump();
        owner_.changed(*this);
    });
}

bool endpoint_line::let_go() {
    if (busy()) return false;
    if (!in_hand_.empty()) {
        const auto& first = *in_hand_.begin()->second;
        probed_.emplace(id_of(*first.what), first.attempt);
    }
    in_hand_.clear();
    lanes_ = {};
    bytes_ = 0;
    retries_.put_all_back();
    return true;
}

// Wakes up when something comes due that nobody else reports.
void endpoint_line::arm() {
    const auto now = runtime::now();
    auto next = time_point::max();
    const auto sooner = [&](time_point t) { next = std::min(next, std::max(t, now + 1ms)); };
    const auto& health = courier_.health();
    if (health.state() == endpoint_state::paused && health.probe_at() > now) sooner(health.probe_at());
    if (const auto due = lanes_.next_due(); due && health.state() == endpoint_state::healthy) sooner(*due);
    if (const auto due = retries_.next_due(); due && health.state() == endpoint_state::healthy)
        sooner(now + std::max(std::chrono::ceil<std::chrono::milliseconds>(*due - wall_clock()), 10ms));
    if (next == time_point::max() || (armed_ > now && armed_ <= next)) return;
    armed_ = next;
    timer_.expires_at(next);
    timer_.async_wait([this, alive = std::weak_ptr<void>(alive_)](const boost::system::error_code& stopped) {
        if (stopped || alive.expired()) return;
        armed_ = {};
        pump();
        owner_.changed(*this);
    });
}

}  // namespace tidings::broadcaster
