// What has been read of one stream and is not yet done. From it follows the position: the lowest sequence that is not
// known to be done. An event that no endpoint wants takes no memory. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace tidings::broadcaster {

class reader_window {
  public:
    // Everything below `position` is done.
    explicit reader_window(std::uint64_t position) : head_(position) {}

    // The stream's next event, at or above head(); `holders` endpoints have it in hand.
    void read(std::uint64_t sequence, std::size_t holders);
    // Everything below `head` has been read; it is not below head() by now.
    void advance(std::uint64_t head);
    // One of its holders is done with it, or counts no more for this position. It must have a holder left.
    void done(std::uint64_t sequence);

    std::uint64_t position() const { return in_hand_.empty() ? head_ : in_hand_.front().sequence; }
    // The next sequence to read.
    std::uint64_t head() const { return head_; }
    // Events that are read and not done, done ones between them included.
    std::size_t size() const { return in_hand_.size(); }

  private:
    struct event {
        std::uint64_t sequence;
        std::size_t holders;
    };
    std::deque<event> in_hand_;  // by sequence; the first has a holder
    std::uint64_t head_;
};

}  // namespace tidings::broadcaster
