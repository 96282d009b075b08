#include "feed/event_feed.hpp"

#include <algorithm>
#include <utility>

#include "domain/todo_store.hpp"
#include "feed/fan_out.hpp"
#include "observe/log.hpp"
#include "runtime/backoff.hpp"
#include "runtime/outage.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t window_per_stream = 2;  // the window holds that many times what may wait for one stream
constexpr std::int64_t read_batch = 500;
constexpr std::size_t most_bytes_read = 1'000'000;
constexpr std::size_t reads_per_stream = 8;  // what one read brings is less than may wait for one stream
constexpr auto poll = 1s;                    // a notification may get lost with its connection
constexpr auto read_on_for = 60s;
constexpr auto start_limit = 3s;
constexpr auto drain_poll = 10ms;

pg::pool_options pool_of(pg::connect_options connect, std::size_t size, const char* name) {
    connect.application_name = name;
    return {.connect = std::move(connect), .size = size};
}

template <class T>
void each_once(std::vector<T>& all) {
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
}

template <class T>
runtime::task<T> or_unavailable(runtime::task<T> reading) {
    try {
        co_return co_await std::move(reading);
    } catch (const pg::error& e) {
        if (e.unavailable() || e.refused()) throw store_unavailable(e.what());
        throw;
    }
}

}  // namespace

event_feed::event_feed(runtime::asio::io_context& ctx, feed_options options, feed_report report)
    : ctx_(ctx),
      options_(std::move(options)),
      report_(std::move(report)),
      live_(ctx, pool_of(options_.connect, 1, "todo-be feed")),
      past_(ctx, pool_of(options_.connect, 1, "todo-be feed, past")),
      window_(options_.stream_bytes * window_per_stream),
      wake_(ctx.get_executor()) {}

event_feed::~event_feed() {
    for (auto* s : streams_)
        s->feed_ = nullptr;
}

bool event_feed::wanted() const { return !streams_.empty() || (reading_ && runtime::now() - last_left_ < read_on_for); }

runtime::task<> event_feed::run() {
    runtime::backoff pause(100ms, 2s);
    runtime::outage outage;
    for (;;) {
        if (!wanted()) {
            reading_ = false;
            co_await wake_.wait(poll);
            continue;
        }
        try {
            co_await start();
            if (outage.ended()) log::info("the change feed goes on");
            pause.reset();
            co_await follow();
            continue;
        } catch (const pg::error& e) {
            if (outage.failed(runtime::now(), e.what())) log::warn("the change feed waits", {{"error", e.what()}});
        }
        co_await runtime::sleep_for(pause.next());
    }
}

// Streams of a position that does not exist yet wait until the window has one.
runtime::task<> event_feed::start() {
    if (reading_) co_return;
    const auto end = co_await settled_end(live_, horizon_);
    if (!end) throw pg::error("55P03", "a transaction that may write events does not end; see pg_locks");
    window_.start(*end);
    reading_ = true;
    notify_all();
}

runtime::task<> event_feed::follow() {
    const auto bytes = static_cast<std::int64_t>(std::min(most_bytes_read, options_.stream_bytes / reads_per_stream));
    while (wanted()) {
        const auto page = co_await read_settled(live_, horizon_, {window_.end(), read_batch, bytes});
        if (!page) co_return begin_anew();
        for (const auto& e : page->entries)
            window_.add(frames_of(e));
        if (!page->entries.empty()) {
            notify_all();
            const auto pause = gathering_time(streams_.size());
            if (pause > 0us) co_await runtime::sleep_for(pause);
        }
        if (!page->more || page->entries.empty()) co_await wake_.wait(poll);
    }
}

// The log lacks what comes next, or has become another one: what the streams have does not fit what is there.
void event_feed::begin_anew() {
    log::warn("the event log is another one, or was shortened: streams end", {{"position", window_.end()}});
    reading_ = false;
    for (auto* s : streams_)
        if (!s->over_) s->finish(feed_stream::end::gone);
    notify_all();
}

void event_feed::notify_all() {
    for (auto* s : streams_)
        s->wake_.notify();
}

runtime::task<result<std::shared_ptr<feed_stream>>> event_feed::open(const request_access& by,
                                                                     std::optional<std::int64_t> after) {
    auto s = std::make_shared<feed_stream>(*this, by);
    if (!after) {
        co_await wait_until_live(*s);
        s->position_ = window_.end();
        co_return s;
    }
    s->position_ = *after;
    const bool known = closed_ || (reading_ && window_.covers(*after));
    if (!known && co_await is_gone(owner_of(by), *after)) co_return errc::events_gone;
    co_return s;
}

runtime::task<> event_feed::wait_until_live(feed_stream& s) {
    const auto until = runtime::now() + start_limit;
    while (!reading_) {
        const auto left = until - runtime::now();
        if (closed_ || left <= 0s) throw store_unavailable("the event log cannot be read");
        co_await s.wake_.wait(left);
    }
}

runtime::task<bool> event_feed::is_gone(user_id by, std::int64_t after) {
    try {
        co_return !co_await read(by, {after});
    } catch (const store_unavailable&) {
        co_return false;
    }
}

runtime::task<result<settled_page>> event_feed::read(user_id by, page_request asked) {
    asked.owner = by;
    return or_unavailable(read_settled(past_, horizon_, asked));
}

runtime::task<std::int64_t> event_feed::end() {
    const auto end = co_await or_unavailable(settled_end(past_, horizon_));
    if (!end) throw store_unavailable("a transaction that writes events does not end");
    co_return *end;
}

void event_feed::joined(feed_stream& s) {
    s.place_ = streams_.insert(streams_.end(), &s);
    report_.on_streams(streams_.size());
    wake();
}

void event_feed::left(feed_stream& s) {
    streams_.erase(s.place_);
    last_left_ = runtime::now();
    report_.on_streams(streams_.size());
}

held_rights event_feed::rights() const {
    held_rights all;
    for (const auto* s : streams_) {
        if (s->token_) all.tokens.push_back(*s->token_);
        if (s->member_) all.members.push_back(*s->member_);
    }
    each_once(all.tokens);
    each_once(all.members);
    return all;
}

void event_feed::end_those_over(const held_rights& asked, const held_rights& held) {
    const auto now = std::chrono::system_clock::now();
    for (auto* s : streams_) {
        if (s->over_) continue;
        // One that was opened since is not among those asked for.
        const bool without = asked.has(s->token_, s->member_) && !held.has(s->token_, s->member_);
        if (!without && now < s->until_) continue;
        s->finish(feed_stream::end::over);
        s->wake_.notify();
    }
}

void event_feed::close() {
    closed_ = true;
    notify_all();
}

runtime::task<> event_feed::drained(runtime::duration limit) {
    const auto until = runtime::now() + limit;
    while (!streams_.empty() && runtime::now() < until)
        co_await runtime::sleep_for(drain_poll);
}

}  // namespace tidings::todo_be
