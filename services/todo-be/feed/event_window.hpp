// The latest events of the log, held once for all streams of this process; each stream is a position in it. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "feed/event_frames.hpp"

namespace tidings::todo_be {

class event_window {
  public:
    // Holds about `most_bytes` of events, the latest one in any case.
    explicit event_window(std::size_t most_bytes) : most_bytes_(most_bytes) {}

    // Empty from now on; what follows `position` comes.
    void start(std::int64_t position);
    // Pre: behind end().
    void add(event_frames e);

    // Every event behind begin() and up to end() is here.
    std::int64_t begin() const { return begin_; }
    std::int64_t end() const { return end_; }
    bool covers(std::int64_t position) const { return position >= begin_ && position <= end_; }
    // Of the events behind `position`, as a text/event-stream. Pre: covers(position).
    std::size_t bytes_behind(std::int64_t position) const;

    // Where a reader of `owner`'s events is who has been at `position`: before the next of them, or at the end. Pre:
    // covers(position).
    std::int64_t without_others(std::int64_t position, user_id owner) const;

    // The one behind `position`; null at the end. Valid until add() or start(). Pre: covers(position).
    const event_frames* next(std::int64_t position) const;

    struct piece {
        shared_bytes bytes;  // a text/event-stream
        std::size_t events = 0;
        std::int64_t last = 0;
    };
    // `owner`'s behind `position`, until their bytes reach `most`; streams at one place share one piece. Pre:
    // covers(position), and the next one is `owner`'s.
    const piece& take(std::int64_t position, std::size_t most, user_id owner = default_user);

  private:
    struct held {
        event_frames frames;
        std::uint64_t behind;  // bytes of all that ever came, with this one
    };
    std::deque<held>::const_iterator after(std::int64_t position) const;

    std::size_t most_bytes_;
    std::deque<held> events_;
    std::int64_t begin_ = 0, end_ = 0;
    std::uint64_t came_ = 0, dropped_ = 0;             // bytes
    std::int64_t taken_from_ = -1, taken_until_ = -1;  // where `taken_` is, and where the window ended then
    user_id taken_for_;
    piece taken_;
};

}  // namespace tidings::todo_be
