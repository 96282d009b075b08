#include "delivery/ordered_line.hpp"

#include <algorithm>

#include "observe/log.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

ordered_line::ordered_line(links& l, const endpoint& e)
    : links_(l),
      courier_(l.ctx, e, l.record, l.metrics),
      lease_(l.bus, e.name, l.replica, l.jetstream_replicas),
      changed_(l.ctx.get_executor()),
      consumer_(
          l.bus, l.ctx, pull_of(e, l), [this](bus::delivery d) { arrived(std::move(d)); },
          [this] {
              in_doubt_ = true;
              changed_.notify();
          }) {
    courier_.on_done = [this](parcel& p, const decision& d) { attempted(p, d); };
    courier_.room_to_wait = [this] { return lanes_.waiting() <= courier_.target().max_in_flight / 4; };
    l.bus.on_connected([this, alive = std::weak_ptr<void>(alive_)] {
        if (alive.expired()) return;
        in_doubt_ = true;
        changed_.notify();
    });
}

runtime::task<> ordered_line::run() {
    for (;;) {
        const auto resume = co_await lease_.take();
        log::info("endpoint owned",
                  {{"endpoint", courier_.target().name}, {"ordering", "per-key"}, {"resume", resume}});
        courier_.metrics().owner(true);
        co_await own(resume);
        courier_.metrics().owner(false);
        log::warn("endpoint no longer owned", {{"endpoint", courier_.target().name}});
        co_await forget();
    }
}

runtime::task<> ordered_line::own(std::uint64_t resume) {
    last_seen_ = resume > 0 ? resume - 1 : 0;
    in_doubt_ = true;
    for (;;) {
        const auto now = std::chrono::steady_clock::now();
        if (!lease_.held(now)) co_return;
        if (lease_.renewal_due(now) && !co_await lease_.renew(resume_at())) co_return;
        if (in_doubt_) in_doubt_ = !co_await restart_consumer();
        keep_alive(std::chrono::steady_clock::now());
        deliver();
        ask();
        co_await changed_.wait(in_doubt_ ? 200ms : pause(std::chrono::steady_clock::now()));
    }
}

// Ends an ownership: attempts under way run out (nobody acks them), the rest is dropped and comes to the next owner.
runtime::task<> ordered_line::forget() {
    consumer_.set_capacity(0);
    while (courier_.under_way() > 0)
        co_await changed_.wait(20ms);
    for (auto& [sequence, p] : in_hand_)
        store_.give_back(std::move(p));
    in_hand_.clear();
    lanes_ = {};
    tenure_.restart();
}

std::uint64_t ordered_line::resume_at() const { return lanes_.lowest().value_or(last_seen_ + 1); }

// Deliveries of what is in hand or done already: after a restart of the consumer, or when ack_wait ran out.
bool ordered_line::repeated(const bus::delivery& d) {
    const auto held = in_hand_.find(d.stream_sequence);
    if (held != in_hand_.end()) {
        // A namesake from a stream that was made anew: start over.
        if (held->second->source.stored_ns != d.stored_ns) in_doubt_ = true;
        if (!in_doubt_) held->second->reply = d.msg.reply();
        return true;
    }
    if (!done_.contains(d.stream_sequence, d.stored_ns)) return false;
    consumer_.ack(d.msg.reply());
    return true;
}

void ordered_line::arrived(bus::delivery d) {
    if (in_doubt_ || draining_ || !lease_.held(std::chrono::steady_clock::now())) return;
    const bool gap = d.delivered == 1 ? d.consumer_sequence != next_delivery_ : d.stream_sequence > last_seen_;
    if (gap) {
        in_doubt_ = true;
        return changed_.notify();
    }
    if (d.delivered == 1) ++next_delivery_;
    if (repeated(d)) return;
    auto fresh = store_.take();
    auto& p = *fresh;
    p.source = std::move(d);
    describe(p, p.source.msg, links_.stream, true, &links_.seals);
    p.touched = std::chrono::steady_clock::now();
    last_seen_ = p.source.stream_sequence;
    // Without a key there is no order to keep: a lane of its own.
    lanes_.add(last_seen_, p.partition_key.empty() ? p.event_id : p.partition_key);
    in_hand_.emplace(last_seen_, std::move(fresh));
    deliver();
    if (!in_hand_.contains(last_seen_)) ask();  // not wanted here, and done with already: room for the next
}

void ordered_line::deliver() {
    const auto now = std::chrono::steady_clock::now();
    while (courier_.free() && lease_.held(now)) {
        const auto& health = courier_.health();
        const bool probe = health.probe_due(now) && courier_.under_way() == 0;
        if (health.state() != endpoint_state::healthy && !probe) return;
        const auto next = lanes_.take(now);
        if (!next) return;
        auto& p = *in_hand_.at(*next);
        if (courier_.wants(p)) {
            courier_.send(p);
        } else {
            finish(p);
        }
    }
}

void ordered_line::attempted(parcel& p, const decision& d) {
    const auto now = std::chrono::steady_clock::now();
    if (!lease_.held(now)) return put_back(p, now);  // if the lease is lost for good, forget() drops it
    switch (d.action) {
        case action::ack:
            finish(p);
            break;
        case action::dead_letter:
            bury(p);
            break;
        case action::retry:
            ++p.attempt;
            put_back(p, now + d.delay);
            break;
        case action::release:
            put_back(p, now);
            break;
    }
    deliver();
    ask();
}

void ordered_line::finish(parcel& p) {
    const auto sequence = p.source.stream_sequence;
    done_.add(sequence, p.source.stored_ns);
    consumer_.ack(p.reply);
    courier_.metrics().processed();
    lanes_.finish(sequence);
    store_.give_back(std::move(in_hand_.extract(sequence).mapped()));
}

void ordered_line::put_back(parcel& p, time_point when) {
    lanes_.put_back(p.source.stream_sequence, when);
    changed_.notify();
}

void ordered_line::bury(parcel& p) {
    const auto sequence = p.source.stream_sequence;
    links_.bury(given_up_of(p, courier_.target().name), tenure_, [this, sequence] {
        auto& buried = *in_hand_.at(sequence);
        log::error("webhook given up: dead letter",
                   {{"endpoint", courier_.target().name}, {"event_id", buried.event_id}, {"attempt", buried.attempt}});
        courier_.metrics().dead_letter();
        finish(buried);
        deliver();
        ask();
    });
}

void ordered_line::ask() {
    const bool flowing = !in_doubt_ && !draining_ && lease_.held(std::chrono::steady_clock::now());
    const auto& health = courier_.health();
    if (!flowing || health.state() == endpoint_state::disabled) return consumer_.set_capacity(0);
    if (health.state() == endpoint_state::paused) {
        return consumer_.set_capacity(in_hand_.empty() && health.probe_due(std::chrono::steady_clock::now()) ? 1 : 0);
    }
    const auto most = courier_.target().max_in_flight;
    consumer_.set_capacity(most > in_hand_.size() ? most - in_hand_.size() : 0);
}

void ordered_line::keep_alive(time_point now) {
    for (auto& [sequence, p] : in_hand_) {
        if (now - p->touched < links_.ack_wait / 3) continue;
        consumer_.in_progress(p->reply);
        p->touched = now;
    }
}

std::chrono::milliseconds ordered_line::pause(time_point now) const {
    auto until = now + 500ms;
    const auto& health = courier_.health();
    const auto sooner = [&](time_point when) {
        if (when > now) until = std::min(until, when);
    };
    sooner(health.probe_at());
    if (const auto due = lanes_.next_due(); due && health.state() == endpoint_state::healthy) sooner(*due);
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(until - now), 1ms);
}

runtime::task<> ordered_line::drain(std::chrono::milliseconds limit) {
    draining_ = true;
    consumer_.set_capacity(0);
    // What is in hand is delivered, not only what is under way: the next owner would repeat what was done out of turn.
    deliver();
    const auto until = std::chrono::steady_clock::now() + limit;
    while (courier_.under_way() > 0 && std::chrono::steady_clock::now() < until) {
        const auto now = std::chrono::steady_clock::now();
        if (lease_.renewal_due(now)) co_await lease_.renew(resume_at());
        keep_alive(now);
        co_await changed_.wait(20ms);
    }
    co_await lease_.give_up(resume_at());
}

}  // namespace tidings::broadcaster
