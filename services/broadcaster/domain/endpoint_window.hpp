// What has been read of one stream for one endpoint: what it has in hand, and what is done and would be repeated by a
// successor, for the bucket does not know it yet. Events that it does not want take no memory. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "domain/done_set.hpp"

namespace tidings::broadcaster {

class endpoint_window {
  public:
    // As the bucket has it.
    explicit endpoint_window(const done_set& from);

    // Where its reader goes on. It may come to events that are done: they are not for it.
    std::uint64_t next() const { return next_; }
    bool takes(std::uint64_t sequence) const {
        return sequence >= next_ && (sequence >= known_ || waits_again(sequence));
    }
    // Pre: takes(). It is in hand.
    void take(std::uint64_t sequence);
    // Its reader has come so far, or was there before; what it did not take it does not want.
    void read_to(std::uint64_t next);
    // Pre: it is in hand.
    void done(std::uint64_t sequence);
    // What is in hand is to be read again; what is done is not.
    void let_go();
    // It wants this one, and of those between it and end() none; it is to be read later. Pre: at or above end().
    void put_off(std::uint64_t sequence);
    // How many are to be read below end().
    std::size_t again() const { return again_; }
    // Pre: again() > 0. The first of them.
    std::uint64_t first_again() const;
    // Above everything that is known: whether it wants what comes there nobody has looked yet. While events wait to be
    // read again they are below it, and next() is not above the first of them.
    std::uint64_t end() const { return again_ > 0 ? known_ : next_; }

    // The first event that is not known to be done.
    std::uint64_t lowest() const { return first_ < events_.size() ? events_[first_].sequence : next_; }
    std::size_t in_hand() const { return in_hand_; }
    bool all_done() const { return first_ == events_.size(); }
    // Of the events first .. next-1 those that were not done, in hand or before it: from the first to above the last of
    // them. Empty (first == next): there are none.
    struct range {
        std::uint64_t first, next;
    };
    range unread_of(range r) const;

    // Done, and not known to the bucket.
    std::size_t unwritten() const { return unwritten_; }
    // What the bucket may be told, as far as it has room for it.
    done_set done_so_far() const;
    // It is being told, and then knows it.
    void write_begins(const done_set& written);
    void written();
    // It knows that all below is done.
    void written_below(std::uint64_t position);

  private:
    enum class state : std::uint64_t { in_hand, again, done, done_under_way };
    struct event {
        std::uint64_t sequence : 62;
        state is : 2;
        bool undone() const { return is == state::in_hand || is == state::again; }
    };
    using iterator = std::vector<event>::iterator;
    // Among those from first_ on; null: it is not there.
    const event* find(std::uint64_t sequence) const;
    event* find(std::uint64_t sequence) {
        return const_cast<event*>(static_cast<const endpoint_window*>(this)->find(sequence));
    }
    bool waits_again(std::uint64_t sequence) const;
    void pass_over(std::uint64_t next);
    void find_first();
    void forget(iterator from);

    // By sequence. A deque would cost half a kilobyte for each endpoint that has nothing in hand.
    std::vector<event> events_;
    std::size_t first_ = 0;  // the first that is not done
    std::uint64_t next_;
    std::uint64_t known_ = 0;  // below it everything was read before: what is undone is in events_
    std::size_t in_hand_ = 0, again_ = 0, unwritten_ = 0;
};

}  // namespace tidings::broadcaster
