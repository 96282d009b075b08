// From the outbox to the stream: one replica leads, publishes every committed event, and clears an outbox entry only
// when JetStream has acknowledged it. At least once, with the event's id for deduplication; of one to-do always in
// order.
//
// The first event of a new to-do, committed by this very replica, is offered in memory and published immediately:
// nothing of that to-do can come before it. Everything else is read from the outbox in order, on this replica's
// commits, on the notifications of others, and once a second in any case.
#pragma once

#include <functional>
#include <vector>

#include "bus/jetstream/jetstream.hpp"
#include "bus/jetstream/publisher.hpp"
#include "domain/todo_event.hpp"
#include "outbox/outbox_session.hpp"
#include "pg/connection.hpp"
#include "relay/event_headers.hpp"
#include "relay/relay_pump.hpp"
#include "runtime/outage.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::todo_be {

struct relay_report {
    std::function<void()> on_published;  // the stream has one event more
    std::function<void(bool)> on_leading;
};

class relay {
  public:
    relay(runtime::asio::io_context& ctx, pg::connect_options options, bus::connection& nats, unsigned stream_replicas,
          relay_report report);

    // Works until stop(); the schema must be there. What is on its way then gets a second to be acknowledged.
    runtime::task<> run();
    void stop();

    // First events of new to-dos that this replica has just committed.
    void offer(std::vector<outbox_event> created);
    // There is something in the outbox.
    void wake();

    bool leading() const { return pump_.leading(); }
    // Whether this replica leads and has no stream to publish to: events wait in the outbox.
    bool stream_missing() const;
    // Whether it had been deleted and was created again, until the next look finds it there.
    bool stream_recreated() const { return pump_.stream().recreated(); }

  private:
    runtime::task<> sleep_unless_stopped(runtime::duration pause);
    runtime::task<> follow_and_lead(outbox_session& session);
    runtime::task<> perform(outbox_session& session, relay_step what);
    runtime::task<> check_stream();
    void lose_lead();
    void publish();
    void wake_if_due();
    void acknowledged(std::int64_t seq, const bus::publish_ack& ack);
    void failed(std::int64_t seq, const boost::system::error_code& why);

    runtime::asio::io_context& ctx_;
    pg::connect_options options_;
    bus::connection& nats_;
    unsigned stream_replicas_;
    relay_report report_;
    runtime::wakeup wake_;
    runtime::time_point asleep_until_ = runtime::time_point::min();
    relay_pump pump_;
    runtime::outage stream_trouble_;
    event_headers headers_;
    bus::publisher publisher_;  // last: its destructor calls back for publishes in flight
};

}  // namespace tidings::todo_be
