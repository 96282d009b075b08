#include "delivery/retry_desk.hpp"

#include <utility>

#include "delivery/retry_message.hpp"
#include "events/subjects.hpp"
#include "observe/log.hpp"
#include "reading/fetch_known.hpp"
#include "runtime/backoff.hpp"
#include "runtime/spawn.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

struct retry_desk::write {
    write(runtime::asio::io_context& ctx, address a, event_ptr e, std::function<void(std::uint64_t)> then)
        : where(std::move(a)), what(std::move(e)), stored(std::move(then)), pause(ctx) {}

    address where;
    event_ptr what;
    retry_queue::entry entry;
    std::uint64_t replaces = 0;
    std::uint64_t before = 0;  // as which it was stored last; it may be lost
    bool with_body = true;
    std::function<void(std::uint64_t)> stored;
    runtime::steady_timer pause;
    runtime::backoff next_try{50ms, 5s};
};

retry_desk::retry_desk(runtime::asio::io_context& ctx, bus::connection& c, bus::connection& reads, options o)
    : ctx_(ctx), bus_(c), reads_(reads), o_(std::move(o)), publisher_(ctx, c) {}

retry_desk::~retry_desk() = default;

std::string retry_desk::subject_of(const address& a) const { return retry_subject(o_.shard, a.endpoint, a.id); }

void retry_desk::spawn(runtime::task<> t) { runtime::spawn(ctx_.get_executor(), std::move(t)); }

void retry_desk::load(std::function<void()> on_start, std::function<void(found)> on_found,
                      std::function<void()> loaded) {
    spawn(note_stream());
    watch_ = std::make_unique<retry_watch>(
        ctx_, bus_, reads_, o_.shard, o_.epoch,
        retry_watch::handlers{std::move(on_start), std::move(on_found), std::move(loaded), o_.on_missing});
}

void retry_desk::store(address where, const retry_queue::entry& e, event_ptr what, bool fetched,
                       std::function<void(std::uint64_t)> stored) {
    const auto w = std::make_shared<write>(ctx_, std::move(where), std::move(what), std::move(stored));
    w->entry = e;
    w->replaces = e.stored;
    w->before = fetched ? e.stored : 0;  // else the position has not passed it, and must not
    send(w);
}

void retry_desk::send(const std::shared_ptr<write>& w) {
    auto m = write_retry(*w->what, w->entry, w->where.stream, o_.epoch, w->with_body ? bus_.max_payload() : 0);
    m.headers.emplace_back("Nats-Expected-Last-Subject-Sequence", std::to_string(w->replaces));
    publisher_.publish(subject_of(w->where), m.headers, m.body,
                       [this, alive = std::weak_ptr<void>(alive_), w](const bus::publish_ack& ack) {
                           if (!alive.expired()) answered(w, ack);
                       });
}

void retry_desk::answered(const std::shared_ptr<write>& w, const bus::publish_ack& ack) {
    if (!ack.failure) {
        if (delays_.ended()) log::info("messages to be retried are stored again", {{"shard", o_.shard}});
        return w->stored(ack.sequence);
    }
    if (ack.failure == bus::errc::wrong_sequence) return spawn(adopt(w));
    const bool too_large = ack.failure == bus::errc::too_large;
    // No room, most likely, or it can never be stored for what it is: trying again would hold up what others store.
    // What it was to replace is still there, or is read again from its source: only the owner knows of the latest
    // attempt.
    if (ack.failure == bus::errc::refused || (too_large && !w->with_body)) {
        note_refusal(*w, bus_.why(ack.failure));
        return w->stored(w->replaces > 0 ? w->replaces : w->before);
    }
    if (ack.failure == bus::errc::no_responders) o_.on_missing();
    if (too_large) w->with_body = false;
    if (w->next_try.failures() == 3) note_delay(*w, ack.failure.message());
    again(w);
}

void retry_desk::note_delay(const write& w, const std::string& why) {
    if (delays_.failed(runtime::now(), why))
        log::warn("messages to be retried cannot be stored yet; they stay in hand",
                  {{"shard", o_.shard}, {"endpoint", w.where.endpoint}, {"event_id", w.what->id}, {"error", why}});
}

void retry_desk::note_refusal(const write& w, const std::string& why) {
    if (refusals_.failed(runtime::now(), why))
        log::warn("a message to be retried is not stored: it waits in hand, or as it was stored before",
                  {{"endpoint", w.where.endpoint}, {"event_id", w.what->id}, {"error", why}});
}

void retry_desk::again(const std::shared_ptr<write>& w) {
    w->pause.expires_after(w->next_try.next());
    w->pause.async_wait([this, alive = std::weak_ptr<void>(alive_), w](const boost::system::error_code& stopped) {
        if (!stopped && !alive.expired()) send(w);
    });
}

// Our own write whose answer was lost, or one of an owner before us that came late: the next write replaces it.
runtime::task<> retry_desk::adopt(std::shared_ptr<write> w) {
    const std::weak_ptr<void> alive = alive_;
    bus::jetstream js(bus_);
    const auto last = co_await js.messages().last(std::string(events::retries_stream), subject_of(w->where));
    if (alive.expired()) co_return;
    if (last) w->replaces = last->sequence;
    if (!last && last.error() == bus::errc::not_found) w->replaces = 0;
    again(w);
}

void retry_desk::fetch(address where, std::uint64_t stored, bool settled_perhaps, on_fetched done) {
    spawn(fetch_now(std::move(where), stored, settled_perhaps, std::move(done)));
}

runtime::task<> retry_desk::fetch_now(address where, std::uint64_t stored, bool settled_perhaps, on_fetched done) {
    const std::weak_ptr<void> alive = alive_;
    bus::jetstream js(bus_);
    runtime::backoff pause(50ms, 5s);
    for (;;) {
        auto m = co_await fetch_known(bus_, std::string(events::retries_stream), stream_known(), stored);
        if (alive.expired()) co_return;
        // In a stream that was made anew another message may have its number.
        if (m && m->subject != subject_of(where)) m = make_error_code(bus::errc::not_found);
        if (!m && m.error() == bus::errc::not_found) {  // replaced by a late write of another owner?
            m = co_await js.messages().last(std::string(events::retries_stream), subject_of(where));
            if (alive.expired()) co_return;
        }
        if (!m && m.error() == bus::errc::not_found) {
            auto e = co_await event_in_source(where, settled_perhaps);
            if (alive.expired()) co_return;
            if (e && *e) lost_.insert(stored);
            if (e) co_return done(std::move(*e), {});
        }
        if (m && left_out_of(*m) == left_out::nothing)
            co_return done(event_of_retry(*m, where.id, nullptr), key_of_retry(*m));
        if (m) {
            const auto source =
                co_await fetch_known(bus_, where.stream, where.id.incarnation, source_sequence_of(*m, where.id));
            if (alive.expired()) co_return;
            const bool same = source && is_source_of(*source, *m);
            if (same) co_return done(event_of_retry(*m, where.id, &*source), key_of_retry(*m));
            const bool gone = source || source.error() == bus::errc::not_found;
            if (gone && left_out_of(*m) == left_out::body) co_return done(nullptr, {});
            if (gone) co_return done(event_of_retry(*m, where.id, nullptr), key_of_retry(*m));
        }
        co_await runtime::sleep_for(pause.next());
        if (alive.expired()) co_return;
    }
}

std::uint32_t retry_desk::stream_known() const { return created_.empty() ? 0 : incarnation_of(created_); }

// What is found later under a number of before is another's.
runtime::task<> retry_desk::note_stream() {
    const std::weak_ptr<void> alive = alive_;
    runtime::backoff pause(50ms, 5s);
    for (;;) {
        bus::jetstream js(bus_);
        const auto info = co_await js.stream(std::string(events::retries_stream));
        if (alive.expired()) co_return;
        if (info) created_ = info->created;
        if (info) co_return;
        co_await runtime::sleep_for(pause.next());
        if (alive.expired()) co_return;
    }
}

// Null: it was removed from WEBHOOK_RETRIES by an owner who settled it; or it was lost there, and the event is gone
// from its own stream, or never was there, as a replayed letter's.
runtime::task<bus::result<event_ptr>> retry_desk::event_in_source(address where, bool settled_perhaps) {
    if (where.id.incarnation == replay_incarnation) co_return event_ptr();
    bus::jetstream js(bus_);
    const auto gone = make_error_code(bus::errc::not_found);
    if (settled_perhaps) {
        const auto retries = co_await js.stream(std::string(events::retries_stream));
        if (!retries && retries.error() != gone) co_return retries.error();
        if (retries && retries->created == created_) co_return event_ptr();
    }
    const auto info = co_await js.stream(where.stream);
    if (!info && info.error() != gone) co_return info.error();
    if (!info || incarnation_of(info->created) != where.id.incarnation) co_return event_ptr();
    const auto m = co_await fetch_known(bus_, where.stream, where.id.incarnation, where.id.sequence);
    if (!m && m.error() != gone) co_return m.error();
    co_return m ? event_of_source(*m, where.stream, where.id) : event_ptr();
}

// The number of a lost one may be another's by now.
void retry_desk::remove(std::uint64_t stored) {
    if (lost_.erase(stored) > 0) return;
    spawn(remove_known(bus_, std::string(events::retries_stream), stream_known(), stored, alive_));
}

}  // namespace tidings::broadcaster
