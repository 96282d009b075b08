#include "delivery/shared_line.hpp"

#include <algorithm>

#include "observe/log.hpp"
#include "runtime/backoff.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

shared_line::shared_line(links& l, const endpoint& e)
    : links_(l),
      courier_(l.ctx, e, l.record, l.metrics),
      changed_(l.ctx.get_executor()),
      consumer_(
          l.bus, l.ctx, pull_of(e, l), [this](bus::delivery d) { arrived(std::move(d)); },
          [this] {
              consumer_there_ = false;
              courier_.metrics().owner(false);
              changed_.notify();
          }) {
    courier_.on_done = [this](parcel& p, const decision& d) { attempted(p, d); };
    courier_.room_to_wait = [this] { return room_to_park(); };
}

runtime::task<> shared_line::run() {
    for (;;) {
        if (!consumer_there_) co_await ensure_consumer();
        const auto now = std::chrono::steady_clock::now();
        keep_alive(now);
        ask();
        auto pause = std::min<std::chrono::milliseconds>(links_.ack_wait / 10, 1s);
        const auto probe = until_probe(now);
        if (probe > 0ms) pause = std::min(pause, probe);
        co_await changed_.wait(pause);
    }
}

runtime::task<> shared_line::ensure_consumer() {
    bus::jetstream js(links_.bus);
    runtime::backoff pause(100ms, 5s);
    for (;;) {
        const auto made = co_await js.ensure_consumer(consumer_of(courier_.target(), links_));
        if (made) break;
        log::debug("endpoint has no queue yet",
                   {{"endpoint", courier_.target().name}, {"error", made.error().message()}});
        co_await changed_.wait(pause.next());
    }
    consumer_there_ = true;
    courier_.metrics().owner(true);
    log::info("endpoint ready", {{"endpoint", courier_.target().name}, {"ordering", "none"}});
}

bool shared_line::known(const bus::delivery& d) {
    if (done_.contains(d.stream_sequence, d.stored_ns)) {
        consumer_.ack(d.msg.reply());
        return true;
    }
    const auto held = in_hand_.find(d.stream_sequence);
    if (held == in_hand_.end()) return false;
    if (held->second->source.stored_ns == d.stored_ns) {
        held->second->reply = d.msg.reply();
    } else {
        consumer_.nak(d.msg.reply(), 1s);  // of a stream made anew, while the old one's namesake is still in hand
    }
    return true;
}

// Whether a message may be taken in now: always while healthy, one at a time as a probe.
bool shared_line::welcome() const {
    if (draining_) return false;
    if (courier_.health().state() == endpoint_state::healthy) return true;
    return in_hand_.empty() && courier_.health().probe_due(std::chrono::steady_clock::now());
}

void shared_line::arrived(bus::delivery d) {
    if (known(d)) return;
    if (!welcome()) {
        consumer_.nak(d.msg.reply(), draining_ ? 0ms : std::max(until_probe(std::chrono::steady_clock::now()), 100ms));
        return;
    }
    auto fresh = store_.take();
    auto& p = *fresh;
    p.source = std::move(d);
    describe(p, p.source.msg, links_.stream, false, &links_.seals);
    p.touched = std::chrono::steady_clock::now();
    in_hand_.emplace(p.source.stream_sequence, std::move(fresh));
    if (!courier_.wants(p)) {
        finish(p);
        return ask();
    }
    waiting_.push_back(&p);
    start_waiting();
}

void shared_line::start_waiting() {
    while (!waiting_.empty() && courier_.free()) {
        auto& p = *waiting_.front();
        waiting_.pop_front();
        courier_.send(p);
    }
}

void shared_line::attempted(parcel& p, const decision& d) {
    const auto now = std::chrono::steady_clock::now();
    switch (d.action) {
        case action::ack:
            finish(p);
            break;
        case action::dead_letter:
            bury(p);
            break;
        case action::retry:
            parked_.push(now + d.delay);
            give_back(p, d.delay);
            break;
        case action::release:
            give_back(p, d.delay);
            break;
    }
    if (courier_.health().state() != endpoint_state::healthy) release_waiting(until_probe(now));
    start_waiting();
    ask();
    if (d.action != action::ack) changed_.notify();
}

// Messages that wait for their own retries take slots of the consumer's max_ack_pending, over all replicas. Beyond a
// quarter each, they are given up rather than left to block the healthy ones.
bool shared_line::room_to_park() {
    const auto now = std::chrono::steady_clock::now();
    while (!parked_.empty() && parked_.top() <= now)
        parked_.pop();
    return parked_.size() <= courier_.target().max_in_flight / 4;
}

void shared_line::finish(parcel& p) {
    done_.add(p.source.stream_sequence, p.source.stored_ns);
    consumer_.ack(p.reply);
    courier_.metrics().processed();
    drop(p);
}

void shared_line::bury(parcel& p) {
    links_.bury(given_up_of(p, courier_.target().name), alive_, [this, &p] {
        log::error("webhook given up: dead letter", {{"endpoint", courier_.target().name},
                                                     {"event_id", p.event_id},
                                                     {"attempt", p.attempt},
                                                     {"status", p.last_status}});
        courier_.metrics().dead_letter();
        courier_.metrics().processed();
        consumer_.term(p.reply);
        drop(p);
    });
}

void shared_line::drop(parcel& p) {
    auto held = in_hand_.extract(p.source.stream_sequence);
    store_.give_back(std::move(held.mapped()));
}

void shared_line::give_back(parcel& p, std::chrono::milliseconds delay) {
    consumer_.nak(p.reply, delay);
    drop(p);
}

void shared_line::release_waiting(std::chrono::milliseconds delay) {
    while (!waiting_.empty()) {
        give_back(*waiting_.front(), delay);
        waiting_.pop_front();
    }
}

void shared_line::ask() {
    if (!consumer_there_ || draining_) return consumer_.set_capacity(0);
    switch (courier_.health().state()) {
        case endpoint_state::healthy: {
            const auto most = courier_.target().max_in_flight;
            return consumer_.set_capacity(most > in_hand_.size() ? most - in_hand_.size() : 0);
        }
        case endpoint_state::paused:
            return consumer_.set_capacity(welcome() ? 1 : 0);
        case endpoint_state::disabled:
            return consumer_.set_capacity(0);
    }
}

void shared_line::keep_alive(time_point now) {
    for (auto& [sequence, p] : in_hand_) {
        if (now - p->touched < links_.ack_wait / 3) continue;
        consumer_.in_progress(p->reply);
        p->touched = now;
    }
}

std::chrono::milliseconds shared_line::until_probe(time_point now) const {
    const auto& health = courier_.health();
    if (health.state() == endpoint_state::disabled) return courier_.target().longest_probe;
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(health.probe_at() - now), 0ms);
}

runtime::task<> shared_line::drain(std::chrono::milliseconds limit) {
    draining_ = true;
    consumer_.set_capacity(0);
    release_waiting(0ms);
    const auto until = std::chrono::steady_clock::now() + limit;
    while (!in_hand_.empty() && std::chrono::steady_clock::now() < until) {
        keep_alive(std::chrono::steady_clock::now());
        co_await changed_.wait(20ms);
    }
}

}  // namespace tidings::broadcaster
