#include "relay/relay.hpp"

#include <utility>

#include "events/subjects.hpp"
#include "observe/log.hpp"
#include "relay/todos_stream.hpp"
#include "runtime/backoff.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

// How often a follower tries; with the server's 4 s timeout it takes over within 5 s.
constexpr auto lead_attempt = 1s;

using runtime::now;

}  // namespace

relay::relay(runtime::asio::io_context& ctx, pg::connect_options options, bus::connection& nats,
             unsigned stream_replicas, relay_report report)
    : ctx_(ctx),
      options_(std::move(options)),
      nats_(nats),
      stream_replicas_(stream_replicas),
      report_(std::move(report)),
      wake_(ctx.get_executor()),
      publisher_(ctx, nats) {
    nats_.on_connected([this] {
        pump_.connected();
        wake_if_due();
    });
    nats_.on_disconnected([this] { pump_.disconnected(); });
    if (nats_.connected()) pump_.connected();
}

void relay::stop() {
    pump_.stop(now());
    wake_.notify();
}

void relay::wake() {
    pump_.wake(now());
    wake_if_due();
}

void relay::offer(std::vector<outbox_event> created) {
    pump_.offer(now(), std::move(created));
    publish();
}

bool relay::stream_missing() const {
    return pump_.leading() && pump_.stream().is_connected() && !pump_.stream().ready();
}

runtime::task<> relay::run() {
    runtime::backoff pause(100ms, 2s);
    while (!pump_.stopping()) {
        try {
            const auto session = co_await outbox_session::open(ctx_, options_);
            co_await follow_and_lead(*session);
        } catch (const pg::error& e) {
            log::debug("relay session ended", {{"error", e.what()}});
        } catch (...) {  // cancelled: events may still be offered
            lose_lead();
            throw;
        }
        if (pump_.leading()) pause.reset();
        lose_lead();
        co_await sleep_unless_stopped(pause.next());
    }
}

// This replica's commits wake the task: that must not make it connect or request the lock more often.
runtime::task<> relay::sleep_unless_stopped(runtime::duration pause) {
    const auto until = now() + pause;
    while (!pump_.stopping() && now() < until)
        co_await wake_.wait(until - now());
}

// Returns when this replica is to stop.
runtime::task<> relay::follow_and_lead(outbox_session& session) {
    for (;;) {
        if (pump_.stopping()) co_return;
        if (const auto last_seq = co_await session.try_lead()) {
            pump_.lead(session.confirmed(), *last_seq);
            break;
        }
        co_await sleep_unless_stopped(lead_attempt);
    }
    log::info("relay became leader");
    report_.on_leading(true);
    for (;;) {
        const auto step = pump_.next(now());
        if (step.at > now()) {
            asleep_until_ = step.at;
            co_await wake_.wait(step.at - now());
            asleep_until_ = runtime::time_point::min();
        } else if (step.what == relay_step::leave) {
            co_return;
        } else {
            co_await perform(session, step.what);
        }
    }
}

runtime::task<> relay::perform(outbox_session& session, relay_step what) {
    switch (what) {
        case relay_step::publish:
            publish();
            break;
        case relay_step::check_stream:
            co_await check_stream();
            break;
        case relay_step::confirm_lead:
            co_await session.confirm();
            break;
        case relay_step::clear: {
            const auto seqs = pump_.stored();
            co_await session.clear(seqs);
            pump_.cleared(now(), seqs);
            break;
        }
        case relay_step::read: {
            auto events = co_await session.read(pump_.start_read(), relay_pump::read_batch, relay_pump::read_bytes);
            pump_.finish_read(now(), std::move(events));
            break;
        }
        case relay_step::leave:
            break;
    }
    pump_.confirmed(session.confirmed());
}

// Creates the stream, and looks now and then whether it has been deleted since.
runtime::task<> relay::check_stream() {
    const bool was_ready = pump_.stream().ready();
    const bool deleted = was_ready && co_await todos_stream_gone(nats_);
    if (was_ready && !deleted) {
        pump_.checked_stream(now(), true, false);
        co_return;
    }
    if (deleted) {
        log::warn("stream was deleted, recreating it", {{"stream", events::todos_stream}});
        co_await runtime::sleep_for(bus::remake_after);
    }
    const bool found = co_await ensure_todos_stream(nats_, stream_replicas_, stream_trouble_);
    pump_.checked_stream(now(), found, deleted);
}

void relay::lose_lead() {
    if (!pump_.leading()) return;
    pump_.lose_lead();
    log::info("relay lost leadership");
    report_.on_leading(false);
}

void relay::publish() {
    for (const auto* e : pump_.take_burst(now())) {
        publisher_.publish(events::todos_subject, headers_.of(*e), e->payload,
                           [this, seq = e->seq](const bus::publish_ack& ack) { acknowledged(seq, ack); });
        if (log::enabled(log::level::debug))
            log::debug("event published", {{"event_id", e->id.str()}, {"todo_id", e->todo_id.str()}, {"seq", e->seq}});
    }
    wake_if_due();
}

// The task sleeps until a time that an event may have brought forward.
void relay::wake_if_due() {
    if (pump_.leading() && pump_.next(now()).at < asleep_until_) wake_.notify();
}

void relay::acknowledged(std::int64_t seq, const bus::publish_ack& ack) {
    if (ack.failure) return failed(seq, ack.failure);
    // A duplicate is an event that a leader published and did not clear before it died.
    if (!ack.duplicate) report_.on_published();
    pump_.stored(now(), seq);
    publish();
}

void relay::failed(std::int64_t seq, const boost::system::error_code& why) {
    // No answer where a stream has vanished: look, and create it again.
    const bool stream_in_doubt = why != bus::errc::disconnected;
    if (pump_.failed(now(), seq, stream_in_doubt, runtime::random_unit()))
        log::warn("event could not be published yet", {{"seq", seq}, {"error", why.message()}});
    wake_if_due();
}

}  // namespace tidings::todo_be
