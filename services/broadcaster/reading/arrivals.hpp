// What a reader has received and not yet handed over. Messages missing in between were deleted, or have expired, or the
// server that delivers lacks them: that is found out by looking at what the stream holds now: a look tells of what had
// come before it began. Pure: time is an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "bus/jetstream/pull_consumer.hpp"
#include "runtime/task.hpp"

namespace tidings::broadcaster {

class arrivals {
  public:
    static constexpr std::chrono::milliseconds look_period{20};  // at most so often it is looked

    void clear() {
        waiting_.clear();
        bytes_ = 0;
        lacking_ = false;
    }
    // The next one to come has this sequence, if it is there.
    void expect(std::uint64_t next) { next_ = next; }
    // A time: look then where the stream begins. What this concerns is not handed over before.
    std::optional<runtime::time_point> add(bus::delivery d, runtime::time_point now);
    void begin_look(runtime::time_point now);
    // The stream begins at `first`, and nothing is deleted from there to `complete_to` (0: not known). A time:
    // something has come meanwhile, look again then.
    std::optional<runtime::time_point> looked(std::uint64_t first, std::uint64_t complete_to = 0);
    // A message that is missing is in the stream: nothing is handed over any more, until clear().
    bool lacking() const { return lacking_; }
    // The look failed, or is not made.
    void gave_up() { looking_ = false; }

    std::size_t size() const { return waiting_.size(); }
    std::size_t bytes() const { return bytes_; }  // of the messages
    // The next to hand over, unless it has to wait.
    bus::delivery* front();
    // first .. next-1 have expired before the front one was read. Told once.
    struct gap {
        std::uint64_t first, next;
    };
    std::optional<gap> take_gap();
    void pop();

  private:
    struct arrival {
        bus::delivery d;
        std::size_t bytes = 0;
        std::uint64_t missing_from = 0;  // messages from there to this one are missing; 0: none, or they were deleted
        std::uint64_t look = 0;          // the first that tells what became of them
    };
    bool waits(const arrival& a) const { return a.missing_from > 0 && a.look > ended_; }
    bool lacks(const arrival& a, std::uint64_t complete_to) const;
    std::deque<arrival> waiting_;
    std::size_t bytes_ = 0;
    std::uint64_t next_ = 0;
    std::uint64_t begins_ = 0;  // the stream, when it was looked at
    runtime::time_point looked_at_{};
    std::uint64_t begun_ = 0, ended_ = 0;  // looks
    bool looking_ = false;                 // or about to
    bool lacking_ = false;
};

}  // namespace tidings::broadcaster
