// From the outbox to the stream: one replica leads, publishes every committed event, and clears an outbox entry only
// when JetStream has acknowledged it. At least once, with the event's id for deduplication; of one to-do always in
// order.
//
// The first event of a new to-do, committed by this very replica, is handed over in memory and published at once:
// nothing of that to-do can come before it. Everything else is read from the outbox in order, woken by this replica's
// commits, by the notifications of others, and once a second in any case.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bus/jetstream/jetstream.hpp"
#include "bus/jetstream/publisher.hpp"
#include "domain/todo_event.hpp"
#include "outbox/outbox_session.hpp"
#include "pg/connection.hpp"
#include "relay/event_headers.hpp"
#include "relay/outbox_window.hpp"
#include "runtime/backoff.hpp"
#include "runtime/outage.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::todo_be {

// What the relay tells about itself.
struct relay_report {
    std::function<void()> on_published;  // the stream has one event more
    std::function<void(bool)> on_leading;
};

class outbox_relay {
  public:
    outbox_relay(runtime::asio::io_context& ctx, pg::connect_options options, bus::connection& nats,
                 unsigned stream_replicas, relay_report report);

    // Works until stop(); the schema must be there. What is still on its way then gets a second to be acknowledged.
    runtime::task<> run();
    void stop();

    // First events of new to-dos that this replica has just committed.
    void offer(std::vector<outbox_event> created);
    // There is something in the outbox.
    void wake();

    bool leading() const { return leading_; }
    // Whether this replica leads and has no stream to publish to: events wait in the outbox.
    bool stream_missing() const { return leading_ && nats_.connected() && !stream_ready_; }
    // Whether it had been deleted and was made again, until the next look finds it standing.
    bool stream_remade() const { return stream_remade_; }

  private:
    runtime::task<> session();
    void end_session();
    runtime::task<> rest(runtime::duration pause);
    runtime::task<> lead(outbox_session& session);
    runtime::task<> turn(outbox_session& session);
    runtime::task<> clear_stored(outbox_session& session);
    runtime::task<> read_more(outbox_session& session);
    runtime::task<> settle_down(outbox_session& session);
    runtime::task<> ensure_stream();
    void set_leading(bool leading);
    void send();
    void publish(const outbox_event& e);
    void acknowledged(std::int64_t seq, const bus::publish_ack& ack);
    bool can_send() const;
    runtime::duration until_next_turn(const outbox_session& session) const;

    runtime::asio::io_context& ctx_;
    pg::connect_options options_;
    bus::connection& nats_;
    unsigned stream_replicas_;
    relay_report report_;
    runtime::wakeup wake_;
    bool stopping_ = false;
    bool leading_ = false;
    bool has_led_ = false;  // in this session
    bool stream_ready_ = false;
    bool stream_remade_ = false;
    bool read_wanted_ = true;
    outbox_session* session_ = nullptr;  // while leading
    runtime::time_point next_read_{};
    runtime::outage stream_trouble_;
    runtime::time_point next_ensure_{};
    runtime::time_point first_stored_{};
    runtime::time_point resume_sending_{};
    runtime::time_point next_burst_{};
    runtime::backoff publish_pause_;
    outbox_window window_;
    event_headers headers_;
    bus::publisher publisher_;  // last: its destructor answers what is on its way
};

}  // namespace tidings::todo_be
