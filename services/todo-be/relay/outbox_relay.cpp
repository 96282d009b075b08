#include "relay/outbox_relay.hpp"

#include <algorithm>
#include <utility>

#include "events/subjects.hpp"
#include "observe/log.hpp"
#include "relay/todos_stream.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto lead_attempt =
    1s;                         // how often a follower tries; with the server's 4 s of silence: takes over within 5 s
constexpr auto slow_poll = 1s;  // the net under all notifications, and the heartbeat of the session
constexpr auto clear_after = 20ms;  // stored entries are deleted in batches
constexpr std::size_t clear_batch = 512;
constexpr std::size_t most_on_their_way = 512;
constexpr std::size_t most_held = 2'000;
constexpr std::int64_t read_batch = 500;
// After a large read the next one waits a little: many small ones would take from the writes what they need.
constexpr std::size_t large_read = 32;
constexpr auto read_pause = 3ms;
// The same for what is handed over in memory: nats-server spent 22 us on an event in bursts of 24, one each 2.4 ms, and
// 18 us in bursts of 96, one each 9.6 ms. A few events at a time go out at once.
constexpr std::size_t large_burst = 16;
constexpr auto burst_pause = 5ms;
constexpr auto ensure_again = 1s;
constexpr auto look_again = 5s;

}  // namespace

outbox_relay::outbox_relay(runtime::asio::io_context& ctx, pg::connect_options options, bus::connection& nats,
                           unsigned stream_replicas, relay_report report)
    : ctx_(ctx),
      options_(std::move(options)),
      nats_(nats),
      stream_replicas_(stream_replicas),
      report_(std::move(report)),
      wake_(ctx.get_executor()),
      publish_pause_(50ms, 2s),
      publisher_(ctx, nats) {
    nats_.on_connected([this] {
        next_ensure_ = {};
        wake();
    });
    nats_.on_disconnected([this] { stream_ready_ = false; });
}

void outbox_relay::stop() {
    stopping_ = true;
    wake_.notify();
}

void outbox_relay::wake() {
    read_wanted_ = true;
    wake_.notify();
}

void outbox_relay::offer(std::vector<outbox_event> created) {
    if (stopping_ || !can_send() || window_.size() + created.size() > most_held) {
        wake();
        return;
    }
    for (auto& e : created)
        window_.add(std::move(e));
    send();
}

runtime::task<> outbox_relay::run() {
    runtime::backoff pause(100ms, 2s);
    while (!stopping_) {
        has_led_ = false;
        try {
            co_await session();
        } catch (const pg::error& e) {
            log::debug("the relay's session ended", {{"error", e.what()}});
        } catch (...) {  // cancelled: whoever offers events meanwhile must not find the session that is gone
            end_session();
            throw;
        }
        if (has_led_) pause.reset();
        end_session();
        if (!stopping_) co_await rest(pause.next());
    }
}

void outbox_relay::end_session() {
    set_leading(false);
    session_ = nullptr;
    window_.clear();
}

// The commits of this replica wake the task: that is no reason to connect or to ask for the lead more often.
runtime::task<> outbox_relay::rest(runtime::duration pause) {
    const auto until = clock::now() + pause;
    while (!stopping_ && clock::now() < until)
        co_await wake_.wait(until - clock::now());
}

// From a new connection until this replica is to stop.
runtime::task<> outbox_relay::session() {
    const auto opened = co_await outbox_session::open(ctx_, options_);
    while (!stopping_ && !co_await opened->try_lead())
        co_await rest(lead_attempt);
    if (stopping_) co_return;
    session_ = opened.get();
    has_led_ = true;
    set_leading(true);
    co_await lead(*opened);
}

runtime::task<> outbox_relay::lead(outbox_session& session) {
    read_wanted_ = true;
    while (!stopping_) {
        co_await turn(session);
        send();
        co_await wake_.wait(until_next_turn(session));
    }
    co_await settle_down(session);
}

// Whatever is due.
runtime::task<> outbox_relay::turn(outbox_session& session) {
    if (nats_.connected() && clock::now() >= next_ensure_) co_await ensure_stream();
    // The server must hear something now and then, and a slow read leaves the lead unproven.
    if (clock::now() - session.confirmed() >= slow_poll) {
        co_await session.confirm();
        read_wanted_ = true;
        send();
    }
    const auto now = clock::now();
    const auto stored = window_.stored_seqs().size();
    if (stored >= clear_batch || (stored > 0 && now - first_stored_ >= clear_after)) co_await clear_stored(session);
    if (read_wanted_ && can_send() && now >= next_read_ && window_.size() < most_held) co_await read_more(session);
}

runtime::duration outbox_relay::until_next_turn(const outbox_session& session) const {
    const auto now = clock::now();
    auto next = session.confirmed() + slow_poll;
    if (nats_.connected()) next = std::min(next, next_ensure_);
    if (!window_.stored_seqs().empty()) next = std::min(next, first_stored_ + clear_after);
    if (read_wanted_ && can_send() && window_.size() < most_held) next = std::min(next, next_read_);
    for (const auto held_until : {resume_sending_, next_burst_}) {
        if (held_until > now) next = std::min(next, held_until);
    }
    return std::max(next - now, runtime::duration::zero());
}

runtime::task<> outbox_relay::read_more(outbox_session& session) {
    read_wanted_ = false;
    auto found = co_await session.read(window_.all_seqs(), read_batch);
    if (found.size() == static_cast<std::size_t>(read_batch)) {
        read_wanted_ = true;
    } else if (found.size() >= large_read) {
        next_read_ = clock::now() + read_pause;
    }
    for (auto& e : found)
        window_.add(std::move(e));
}

runtime::task<> outbox_relay::clear_stored(outbox_session& session) {
    const auto seqs = window_.stored_seqs();
    co_await session.clear(seqs);
    window_.forget(seqs);
    first_stored_ = clock::now();
}

// Nothing new is sent; what is on its way is waited for, so that the next leader need not repeat it.
runtime::task<> outbox_relay::settle_down(outbox_session& session) {
    const auto until = clock::now() + 1s;
    while (window_.on_their_way() > 0 && clock::now() < until)
        co_await wake_.wait(until - clock::now());
    if (!window_.stored_seqs().empty()) co_await clear_stored(session);
}

// Makes the stream, and looks now and then whether somebody has deleted it since.
runtime::task<> outbox_relay::ensure_stream() {
    const bool deleted = stream_ready_ && co_await todos_stream_gone(nats_);
    stream_remade_ = false;
    next_ensure_ = clock::now() + look_again;
    if (stream_ready_ && !deleted) co_return;
    if (deleted) log::warn("stream has been deleted; making it again", {{"stream", events::todos_stream}});
    const bool there = co_await ensure_todos_stream(nats_, stream_replicas_, stream_trouble_);
    stream_ready_ = there && nats_.connected();
    stream_remade_ = deleted && stream_ready_;
    if (!stream_ready_) next_ensure_ = clock::now() + ensure_again;
}

void outbox_relay::set_leading(bool leading) {
    if (leading_ != leading) log::info(leading ? "the relay leads" : "the relay does not lead any more");
    leading_ = leading;
    report_.on_leading(leading);
}

bool outbox_relay::can_send() const {
    // A process that was frozen must not go on as if it still led.
    return leading_ && stream_ready_ && session_->fresh() && nats_.connected();
}

void outbox_relay::send() {
    const auto now = clock::now();
    if (now < next_burst_ || now < resume_sending_ || stopping_ || !can_send()) return;
    std::size_t sent = 0;
    for (; window_.on_their_way() < most_on_their_way; ++sent) {
        const auto* e = window_.next();
        if (!e) break;
        publish(*e);
    }
    if (sent < large_burst) return;
    next_burst_ = now + burst_pause;
    wake_.notify();
}

void outbox_relay::publish(const outbox_event& e) {
    publisher_.publish(events::todos_subject, headers_.of(e), e.payload,
                       [this, seq = e.seq](const bus::publish_ack& ack) { acknowledged(seq, ack); });
    if (log::enabled(log::level::debug))
        log::debug("event published", {{"event_id", e.id.str()}, {"todo_id", e.todo_id.str()}, {"seq", e.seq}});
}

void outbox_relay::acknowledged(std::int64_t seq, const bus::publish_ack& ack) {
    if (ack.failure) {
        window_.failed(seq);
        // One pause for all that fail together.
        if (clock::now() < resume_sending_) return;
        resume_sending_ = clock::now() + publish_pause_.next();
        // Nobody answers where a stream has vanished: make it again.
        if (ack.failure != bus::errc::disconnected && std::exchange(stream_ready_, false)) next_ensure_ = {};
        log::warn("an event could not be published yet", {{"seq", seq}, {"error", ack.failure.message()}});
        wake_.notify();
        return;
    }
    publish_pause_.reset();
    // A duplicate is an event of a leader that died, or one offered after the outbox was read and cleared of it.
    if (!ack.duplicate) report_.on_published();
    if (window_.stored_seqs().empty()) {
        first_stored_ = clock::now();
        wake_.notify();
    }
    window_.stored(seq);
    if (window_.stored_seqs().size() == clear_batch || (stopping_ && window_.on_their_way() == 0)) wake_.notify();
    send();
}

}  // namespace tidings::todo_be
