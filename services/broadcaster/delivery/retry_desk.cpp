#include "delivery/retry_desk.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "delivery/retry_message.hpp"
#include "events/subjects.hpp"
#include "observe/log.hpp"
#include "runtime/backoff.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

struct retry_desk::write {
    write(runtime::asio::io_context& ctx, address a, event_ptr e, std::function<void(std::uint64_t)> then)
        : where(std::move(a)), what(std::move(e)), stored(std::move(then)), pause(ctx) {}

    address where;
    event_ptr what;
    retry_queue::entry entry;
    std::uint64_t replaces = 0;
    bool with_body = true;
    std::function<void(std::uint64_t)> stored;
    runtime::steady_timer pause;
    runtime::backoff next_try{50ms, 5s};
};

retry_desk::retry_desk(runtime::asio::io_context& ctx, bus::connection& c, options o)
    : ctx_(ctx), bus_(c), o_(std::move(o)), publisher_(ctx, c) {}

retry_desk::~retry_desk() = default;

std::string retry_desk::subject_of(const address& a) const {
    return std::string(events::retries_subject) + '.' + std::to_string(o_.shard) + '.' + a.endpoint + '.' +
           std::to_string(a.id.incarnation) + '.' + std::to_string(a.id.sequence);
}

void retry_desk::spawn(runtime::task<> t) { runtime::asio::co_spawn(ctx_, std::move(t), runtime::asio::detached); }

void retry_desk::load(std::function<void(found)> on_found, std::function<void()> loaded) {
    auto once = [loaded = std::move(loaded), done = false]() mutable {
        if (!std::exchange(done, true)) loaded();
    };
    watch_ = std::make_unique<bus::ordered_consumer>(
        ctx_.get_executor(), bus_,
        bus::ordered_consumer::options{
            .stream = std::string(events::retries_stream),
            .filter_subject = std::string(events::retries_subject) + '.' + std::to_string(o_.shard) + ".>",
            .headers_only = true},
        bus::ordered_consumer::handlers{
            nullptr,
            [this, on_found = std::move(on_found)](const bus::message& m, std::uint64_t n) { saw(m, n, on_found); },
            std::move(once),
            [this](const boost::system::error_code& e) {
                if (e == bus::errc::not_found) o_.on_missing();
            }});
}

void retry_desk::saw(const bus::message& m, std::uint64_t sequence, const std::function<void(found)>& on_found) const {
    auto r = read_retry(m);
    if (!r || r->epoch == o_.epoch) return;
    r->entry.stored = sequence;
    on_found({std::move(r->endpoint), r->id, std::move(r->entry)});
}

void retry_desk::store(address where, const retry_queue::entry& e, event_ptr what,
                       std::function<void(std::uint64_t)> stored) {
    const auto w = std::make_shared<write>(ctx_, std::move(where), std::move(what), std::move(stored));
    w->entry = e;
    w->replaces = e.stored;
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
    if (!ack.failure) return w->stored(ack.sequence);
    if (ack.failure == bus::errc::wrong_sequence) return spawn(adopt(w));
    if (ack.failure == bus::errc::no_responders) o_.on_missing();
    if (ack.failure == bus::errc::too_large) w->with_body = false;
    if (w->next_try.failures() == 3)
        log::warn("a message to be retried cannot be stored yet; it stays in hand",
                  {{"endpoint", w->where.endpoint}, {"event_id", w->what->id}, {"error", ack.failure.message()}});
    again(w);
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

void retry_desk::fetch(address where, std::uint64_t stored, std::function<void(event_ptr)> done) {
    spawn(fetch_now(std::move(where), stored, std::move(done)));
}

runtime::task<> retry_desk::fetch_now(address where, std::uint64_t stored, std::function<void(event_ptr)> done) {
    const std::weak_ptr<void> alive = alive_;
    bus::jetstream js(bus_);
    runtime::backoff pause(50ms, 5s);
    for (;;) {
        auto m = co_await js.messages().get(std::string(events::retries_stream), stored);
        if (alive.expired()) co_return;
        if (!m && m.error() == bus::errc::not_found) co_return done(nullptr);
        if (m && left_out_of(*m) == left_out::nothing) co_return done(event_of_retry(*m, where.id, nullptr));
        if (m) {
            const auto source = co_await js.messages().get(where.stream, where.id.sequence);
            if (alive.expired()) co_return;
            const bool same = source && is_source_of(*source, *m);
            if (same) co_return done(event_of_retry(*m, where.id, &*source));
            const bool gone = source || source.error() == bus::errc::not_found;
            if (gone && left_out_of(*m) == left_out::body) co_return done(nullptr);
            if (gone) co_return done(event_of_retry(*m, where.id, nullptr));
        }
        co_await runtime::sleep_for(pause.next());
        if (alive.expired()) co_return;
    }
}

void retry_desk::remove(std::uint64_t stored) { spawn(remove_now(stored)); }

runtime::task<> retry_desk::remove_now(std::uint64_t stored) {
    const std::weak_ptr<void> alive = alive_;
    runtime::backoff pause(50ms, 5s);
    for (;;) {
        bus::jetstream js(bus_);
        const auto gone = co_await js.messages().remove(std::string(events::retries_stream), stored);
        if (gone || gone.error() == bus::errc::not_found || alive.expired()) co_return;
        co_await runtime::sleep_for(pause.next());
        if (alive.expired()) co_return;
    }
}

}  // namespace tidings::broadcaster
