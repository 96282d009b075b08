// How far one endpoint has come in its stream, and how it gets its events: from the reader that its shard shares, or
// from one of its own. The rules are those of tests/model/positions.pml; a breach of one loses events. Pure: the caller
// writes the positions and reports what became of them.
#pragma once

#include <cstdint>
#include <optional>

#include "domain/endpoint_window.hpp"

namespace tidings::broadcaster {

// A write of the endpoint's own key; at most one is under way.
struct own_write {
    std::optional<done_set> position;  // none: the key is removed
};

class endpoint_progress {
  public:
    enum class mode {
        riding,    // on the shared reader; counts for the shard's position
        leaving,   // takes no more from it, and counts until its own position is stored
        alone,     // reads from its own position; does not count for the shard's
        attached,  // on the shared reader again; its own position is still stored, for what the shard's does not cover
    };

    // How many events it may have done that a successor would repeat: then it waits for the bucket. Beyond the other
    // number it is told at once.
    static constexpr std::size_t most_unwritten = 1'000, written_at_once = 256;
    static constexpr std::size_t most_put_off = 16;

    // As the bucket had it when the shard was taken over: with a position of its own or without. `first`: what it rides
    // from; the shared reader may begin below.
    endpoint_progress(std::optional<done_set> own, std::uint64_t first);

    mode state() const { return mode_; }
    bool reads_alone() const { return mode_ == mode::alone; }
    bool writing() const { return under_way_.has_value(); }

    bool rides() const { return mode_ == mode::riding || mode_ == mode::attached; }
    // Whether the shared reader's event is for it: not one that it has had before.
    bool takes(std::uint64_t sequence) const { return rides() && window_.takes(sequence); }
    // The same, from its own reader.
    bool takes_alone(std::uint64_t sequence) const { return reads_alone() && window_.takes(sequence); }
    // An event in hand, from whichever reader it comes.
    void take(std::uint64_t sequence) { window_.take(sequence); }
    void done(std::uint64_t sequence) { window_.done(sequence); }
    std::size_t in_hand() const { return window_.in_hand(); }
    // Done, and a successor would repeat it.
    std::size_t unwritten() const { return window_.unwritten(); }
    std::size_t room() const { return unwritten() < most_unwritten ? most_unwritten - unwritten() : 0; }
    // Its own reader has come so far; events that it does not want are in between.
    void read_to(std::uint64_t next) { window_.read_to(next); }
    // Where its own reader goes on.
    std::uint64_t next() const { return window_.next(); }
    // The shared reader passes an event that it wants, and it does not ride.
    void put_off(std::uint64_t sequence);
    // It does not ride, and of all that the shared reader has passed it knows which it has still to read: few. It has
    // nothing else to read, and then rides again.
    bool follows() const { return follows_; }
    // The shared reader passes what is below `next`, and cannot tell what of it the endpoint wants.
    void lose_track(std::uint64_t next) { follows_ = follows_ && window_.end() >= next; }
    // How many it is known to have still to read, let go or put off.
    std::size_t waiting_again() const { return window_.again(); }
    std::uint64_t first_again() const { return window_.first_again(); }  // pre: there are some
    // Of the stream, from the first of them to where it knows of no more.
    std::uint64_t span_again() const { return waiting_again() > 0 ? window_.end() - first_again() : 0; }
    bool waits_first_for(std::uint64_t sequence) const {
        return reads_alone() && waiting_again() > 0 && first_again() == sequence;
    }
    // Of events that the stream has lost: those that it should have had.
    endpoint_window::range unread_of(endpoint_window::range r) const { return window_.unread_of(r); }
    // A successor that reads from `shared_head` on neither repeats nor misses anything.
    bool covered_by(std::uint64_t shared_head) const { return window_.all_done() && window_.end() <= shared_head; }
    // Of what comes there nobody has looked yet whether it wants it.
    std::uint64_t end() const { return window_.end(); }
    // The first event not known to be done by it. `shared_head`: where the shared reader goes on.
    std::uint64_t lowest(std::uint64_t shared_head) const;

    // It cannot keep up, or is paused: it shall read alone. False: not now, a write is under way.
    bool leave(std::uint64_t shared_head);
    // Pre: reads_alone(). What it has in hand is read again later, and what is done is not: a paused endpoint holds
    // nothing.
    void let_go();
    // Pre: reads_alone(), and it has read as far as the shared reader, or farther.
    void attach();

    // The lowest that its own position holds, if a successor may need it, so that the shard's key should count it.
    std::optional<std::uint64_t> own_place(std::uint64_t shared_head, std::uint64_t shard_stored) const;
    // As the shard's key has it, or will have it when a write that is under way is stored. A position is removed only
    // when it does not count any more: one that is counted and not there is one that was lost.
    bool counted() const { return counted_; }
    void count(bool counted) { counted_ = counted; }

    // What is to be written now. `shard_stored`: the shard's position that the bucket has; `shard_writing`: a write of
    // it is under way.
    std::optional<own_write> next_write(std::uint64_t shared_head, std::uint64_t shard_stored, bool shard_writing);
    // The write is stored. One whose outcome is unknown is repeated as it was, or the shard is given up.
    void stored(std::uint64_t shard_stored);
    // The shard's position is stored.
    void shard_stored(std::uint64_t position);

  private:
    own_write write(done_set d);
    bool needs_own(std::uint64_t shared_head, std::uint64_t shard_stored) const;

    mode mode_;
    endpoint_window window_;
    std::optional<done_set> own_;  // what the bucket has
    std::optional<own_write> under_way_;
    bool counted_;
    bool wants_to_leave_ = false;
    bool follows_ = false;  // what it wants of all that the shared reader has passed is in the window
};

}  // namespace tidings::broadcaster
