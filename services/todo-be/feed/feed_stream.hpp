// One client's way through the event log: from the log itself until it has caught up, then from the window.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <vector>

#include "domain/account_store.hpp"
#include "feed/event_frames.hpp"
#include "ids/uuid.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::todo_be {

class event_feed;

class feed_stream {
  public:
    enum class news {
        events,   // take_...() returns some
        nothing,  // the time is over
        ended,    // see why()
    };
    enum class end {
        left,      // the client has
        slow,      // more is waiting for the client than may be
        gone,      // the log does not have what follows
        stopping,  // the service is
        over,      // the right to read is
    };

    // Of the events of whoever asks, or of a list, as long as that one may.
    feed_stream(event_feed& feed, const request_access& by);
    ~feed_stream();
    feed_stream(const feed_stream&) = delete;
    feed_stream& operator=(const feed_stream&) = delete;

    // Waits until there is something to send. One at a time.
    runtime::task<news> wait(runtime::duration limit);
    // What there is, as one piece of a text/event-stream. Pre: wait() has said so.
    shared_bytes take_events();
    // One event, as a message.
    shared_bytes take_message();

    end why() const { return why_; }
    // The number of the last event taken.
    std::int64_t position() const { return position_; }

    // The client is gone: wait() ends.
    void leave();

  private:
    friend class event_feed;
    enum class place { at_end, behind, before_window, beyond };

    bool has_past() const { return past_taken_ < past_.size(); }
    bool too_slow() const;
    place find_place();
    runtime::task<> read_past();
    void finish(end why);

    event_feed* feed_;  // null when it has ended before
    user_id by_;        // whose events
    std::optional<ids::uuid> token_;
    std::optional<membership> member_;
    std::chrono::system_clock::time_point until_;
    std::list<feed_stream*>::iterator place_;  // in the feed
    runtime::wakeup wake_;
    std::int64_t position_ = 0;
    std::vector<event_frames> past_;
    std::size_t past_taken_ = 0;
    bool caught_up_ = false;  // once: from then on it must keep up
    bool over_ = false;
    end why_ = end::left;
};

}  // namespace tidings::todo_be
