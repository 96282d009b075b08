// The change feed of this process: reads the event log once, for all streams, and holds what it read latest.
//
// It reads only while somebody listens, and for a minute longer: without streams it costs the writes nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "domain/account_store.hpp"
#include "feed/event_window.hpp"
#include "feed/feed_stream.hpp"
#include "feed/settled_pages.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::todo_be {

struct feed_options {
    pg::connect_options connect;                       // to the primary
    std::size_t stream_bytes = std::size_t{4} << 20U;  // what may wait for one stream
    std::size_t most_streams = 5'000;
};

struct feed_report {
    std::function<void(std::size_t)> on_streams = [](std::size_t) {};  // how many are open
    std::function<void(std::size_t)> on_sent = [](std::size_t) {};     // that many events to one stream
    std::function<void()> on_slow = [] {};                             // a stream was cut off
};

class event_feed {
  public:
    event_feed(runtime::asio::io_context& ctx, feed_options options, feed_report report);

    // No stream may be used any more.
    ~event_feed();
    event_feed(const event_feed&) = delete;
    event_feed& operator=(const event_feed&) = delete;

    // Reads until the surrounding task is cancelled. The schema must be there.
    runtime::task<> run();
    // There are new events, by any replica.
    void wake() {
        if (reading_ || !streams_.empty()) wake_.notify();
    }

    bool full() const { return streams_.size() >= options_.most_streams; }
    // A stream of the events of whoever asks that follow `after`; without it, of what is committed from now on. Fails
    // with events_gone. Throws store_unavailable; not when `after` is given: then the stream waits for the database.
    runtime::task<result<std::shared_ptr<feed_stream>>> open(const request_access& by,
                                                             std::optional<std::int64_t> after);

    // One page of `by`'s events. Throws store_unavailable.
    runtime::task<result<settled_page>> read(user_id by, page_request asked);
    // Where the log ends. Throws store_unavailable.
    runtime::task<std::int64_t> end();

    // The tokens by which streams were opened, and the memberships, each once; sorted.
    held_rights rights() const;
    // Ends the streams whose time is over, and those that need something of `asked` that is not `held`.
    void end_those_over(const held_rights& asked, const held_rights& held);
    // Ends all streams, and those to come.
    void close();
    // Waits until none is open, at most `limit`.
    runtime::task<> drained(runtime::duration limit);

  private:
    friend class feed_stream;

    bool wanted() const;
    runtime::task<> wait_until_live(feed_stream& s);
    runtime::task<bool> is_gone(user_id by, std::int64_t after);
    runtime::task<> start();
    runtime::task<> follow();
    void begin_anew();
    void notify_all();
    void joined(feed_stream& s);
    void left(feed_stream& s);

    runtime::asio::io_context& ctx_;
    feed_options options_;
    feed_report report_;
    pg::pool live_, past_;  // apart: many that catch up must not delay what is new
    log_horizon horizon_;
    event_window window_;
    bool reading_ = false;  // the window is at work
    bool closed_ = false;
    std::list<feed_stream*> streams_;
    runtime::time_point last_left_{};
    runtime::wakeup wake_;
};

}  // namespace tidings::todo_be
