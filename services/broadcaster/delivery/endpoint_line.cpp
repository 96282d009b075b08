#include "delivery/endpoint_line.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "bus/jetstream/subject_cover.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

retry_id id_of(const event& e) { return {e.incarnation, e.sequence}; }

std::size_t bytes_of(const event& e) { return e.bytes + hands::bytes_per_parcel; }

}  // namespace

endpoint_line::endpoint_line(line_links& l, endpoint_ptr e, line_owner& owner, retry_desk* desk, std::size_t place)
    : links_(l),
      owner_(owner),
      place_(place),
      target_(std::move(e)),
      order_(target_->order),
      courier_(courier_for(target_)),
      retries_(l, desk, target_, [this] { pump(); }),
      timer_(l.ctx) {}

bool endpoint_line::wants(const event& e) const {
    const auto& t = target();
    return wants_event(t.event_types, e.type) && (e.only_for.empty() || e.only_for == t.name) &&
           (t.source_subject.empty() || bus::subject_covers(t.source_subject, e.subject));
}

std::size_t endpoint_line::room() const {
    if (closed_ || !has_room_for_bytes()) return 0;
    const auto& health = courier_->health();
    if (health.state() == endpoint_state::healthy) {
        const auto most = target().max_in_flight;
        return most > in_hand_.size() ? most - in_hand_.size() : 0;
    }
    return in_hand_.empty() && retries_.idle() && health.probe_due(runtime::now()) ? 1 : 0;
}

endpoint_line::time_point endpoint_line::oldest() const {
    return in_hand_.empty() ? time_point::max() : in_hand_.oldest().arrived;
}

endpoint_line::time_point endpoint_line::waits_since() const {
    if (in_hand_.empty()) return time_point::max();
    const auto& p = in_hand_.oldest();
    const bool for_its_turn = lanes_.ready() > 0 && courier_->under_way() < target().connections;
    const auto own = for_its_turn ? std::max(p.arrived, links_.attempts.limited_until()) : p.arrived;
    return p.busy ? std::min(p.sent, own) : own;
}

endpoint_line::time_point endpoint_line::attempted_since() const {
    auto since = retries_.attempted_since();
    in_hand_.for_each([&](const parcel& p) {
        if (p.busy) since = std::min(since, p.sent);
    });
    return since;
}

std::chrono::milliseconds endpoint_line::age_of_oldest() const {
    if (in_hand_.empty()) return 0ms;
    const auto stored = std::chrono::nanoseconds(in_hand_.oldest().what->stored_ns);
    return std::chrono::duration_cast<std::chrono::milliseconds>(endpoint_retries::wall_clock().time_since_epoch() -
                                                                 stored);
}

void endpoint_line::offer(event_ptr e) {
    if (retries_.used() && retries_.contains(id_of(*e), endpoint_retries::time_of(*e)))
        return owner_.settled(*this, *e);  // it is there already
    const auto now = runtime::now();
    auto fresh = links_.parcels.take(links_.in_hand.hold(hands::bytes_per_parcel));
    auto& p = *fresh;
    p.key = lane_of(*e, order_);
    p.what = std::move(e);
    p.arrived = p.sent = now;
    p.number = ++last_number_;
    if (probed_ && probed_->first == id_of(*p.what)) p.attempt = probed_->second;
    probed_.reset();
    bytes_ += bytes_of(*p.what);
    const bool follows = retries_.holds(p.key) && !lanes_.has(p.key);
    in_hand_.add(std::move(fresh));
    if (follows) return move_away(p, 0ms);
    lanes_.add(p.number, p.key);
    pump(now);
}

bool endpoint_line::may_take(time_point now) const {
    if (ended_ || !courier_->free() || !owner_.may_send() || order_ != target_->order) return false;
    const auto& health = courier_->health();
    if (health.state() == endpoint_state::healthy) return true;
    return health.probe_due(now) && courier_->under_way() == 0;
}

void endpoint_line::pump(time_point now) {
    if (order_ != target_->order && !busy()) reorder();
    has_to_wait_ = false;
    if (may_take(now) && state() == endpoint_state::healthy) retries_.fetch(SIZE_MAX, owner_.passed(*this));
    while (may_take(now) && send_next(now)) {
    }
    arm(now);
}

// Retries that are due go first; while the endpoint is paused, only when there is nothing else to probe with.
bool endpoint_line::send_next(time_point now) {
    const bool healthy = state() == endpoint_state::healthy;
    if (!healthy && in_hand_.size() == retries_.kept() && !busy()) take_back_kept();
    auto* const due = healthy || in_hand_.empty() ? retries_.next() : nullptr;
    if (due != nullptr) {
        send(*due, now);
        return true;
    }
    has_to_wait_ = catches_up_ && lanes_.any(now) && !links_.catch_up.allow(now);
    if (has_to_wait_) return false;
    if (const auto next = lanes_.take(now)) {
        auto& p = in_hand_.at(*next);
        retries_.holds(p.key) ? move_away(p, 0ms) : send(p, now);
        return true;
    }
    if (!healthy && in_hand_.empty()) retries_.fetch(1, owner_.passed(*this));
    return false;
}

void endpoint_line::send(parcel& p, time_point now) {
    p.sent = now;
    courier_->send(p);
}

void endpoint_line::attempted(parcel& p, const decision& d) {
    if (!owner_.may_send()) return put_back(p);
    const bool healthy = state() == endpoint_state::healthy;
    if (healthy && !std::exchange(was_healthy_, healthy)) retries_.hasten();
    was_healthy_ = healthy;
    switch (d.action) {
        case action::done:
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

void endpoint_line::put_back(parcel& p) {
    p.retry || p.kept ? retries_.put_back(p) : lanes_.put_back(p.number, runtime::now());
}

void endpoint_line::settle(parcel& p) {
    courier_->metrics().processed();
    const auto id = p.retry.value_or(id_of(*p.what));  // also one that an owner before us wrote, of a message in hand
    if (retries_.contains(id, endpoint_retries::time_of(*p.what))) retries_.settle(id);
    if (p.retry) return retries_.drop(p);
    lanes_.finish(p.number, p.key);
    leave_hand(p);
}

void endpoint_line::leave_hand(parcel& p) {
    const auto e = p.what;
    const bool counts = p.number > of_ended_stream_;
    bytes_ -= bytes_of(*e);
    links_.parcels.give_back(in_hand_.extract(p.number));
    if (counts) owner_.settled(*this, *e);
}

void endpoint_line::bury(parcel& p) {
    if (!links_.bury) {
        log::error("webhook lost: core mode keeps no dead letters",
                   {{"endpoint", target().name}, {"event_id", p.what->id}, {"attempt", p.attempt}});
        courier_->metrics().dropped();
        return settle(p);
    }
    p.busy = true;
    ++writing_;
    links_.letters.enter(p.what->bytes, alive_, [this, &p](write_gate::pass pass) {
        links_.bury(given_up_of(p, target()), alive_, [this, &p, pass = std::move(pass)] { buried(p); });
    });
}

void endpoint_line::buried(parcel& p) {
    --writing_;
    log::error(
        "webhook given up: dead letter",
        {{"endpoint", target().name}, {"event_id", p.what->id}, {"attempt", p.attempt}, {"status", p.last_status}});
    courier_->metrics().dead_letter();
    settle(p);
    pump();
    owner_.changed(*this);
}

// Nobody reports that the reader has passed what waits for it.
endpoint_line::time_point endpoint_line::next_retry(time_point now) const {
    const auto next = retries_.waits_for_reader() ? now + 250ms : time_point::max();
    const auto due = retries_.next_due();
    if (!due) return next;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*due - endpoint_retries::wall_clock());
    return std::min(next, now + std::max(wait, 10ms));
}

// Wakes up when something comes due that nobody else reports.
void endpoint_line::arm(time_point now) {
    if (ended_) return;
    auto next = time_point::max();
    const auto sooner = [&](time_point t) { next = std::min(next, std::max(t, now + 1ms)); };
    const auto& health = courier_->health();
    if (health.state() == endpoint_state::paused && health.probe_at() > now) sooner(health.probe_at());
    if (const auto due = lanes_.next_due(); due && health.state() == endpoint_state::healthy) sooner(*due);
    // A paused endpoint with nothing in hand is probed with what waits for a retry.
    const bool probes = health.state() == endpoint_state::paused && in_hand_.empty();
    if (probes || health.state() == endpoint_state::healthy) sooner(std::max(health.probe_at(), next_retry(now)));
    if (has_to_wait_) next = std::min(next, now + links_.catch_up.pause());
    if (next == time_point::max() || (armed_ != time_point{} && armed_ <= next)) return;
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
