// How far one endpoint has come in its stream, and how it gets its events: from the reader that its shard shares, or
// from one of its own. The rules are those of tests/model/positions.pml; a breach of one loses events. Pure: the caller
// writes the positions and reports what became of them.
#pragma once

#include <cstdint>
#include <optional>

#include "domain/reader_window.hpp"

namespace tidings::broadcaster {

// A write of the endpoint's own key; at most one is under way.
struct own_write {
    std::optional<std::uint64_t> position;  // none: the key is removed
};

class endpoint_progress {
  public:
    enum class mode {
        riding,    // on the shared reader; counts for the shard's position
        leaving,   // takes no more from it, and counts until its own position is stored
        alone,     // reads from its own position; does not count for the shard's
        attached,  // on the shared reader again; its own position is still stored, for what the shard's does not cover
    };

    // As the bucket had it when the shard was taken over: with a position of its own or without. `first`: what it rides
    // from; the shared reader may begin below.
    endpoint_progress(std::optional<std::uint64_t> own, std::uint64_t first);

    mode state() const { return mode_; }
    bool reads_alone() const { return mode_ == mode::alone; }
    bool writing() const { return under_way_.has_value(); }

    bool rides() const { return mode_ == mode::riding || mode_ == mode::attached; }
    // Whether the shared reader's event is for it: not one that it has read alone before.
    bool takes(std::uint64_t sequence) const { return rides() && sequence >= window_.head(); }
    // An event in hand, from whichever reader it comes; above all that it has read before.
    void take(std::uint64_t sequence) { window_.read(sequence, 1); }
    void done(std::uint64_t sequence) { window_.done(sequence); }
    std::size_t in_hand() const { return window_.size(); }
    // Its own reader has come so far; events that it does not want are in between.
    void read_to(std::uint64_t head) { window_.advance(head); }
    // Where its own reader goes on.
    std::uint64_t next() const { return window_.head(); }
    // The first event not known to be done by it. `shared_head`: where the shared reader goes on.
    std::uint64_t lowest(std::uint64_t shared_head) const;

    // It cannot keep up, or is paused: it shall read alone. False: not now, a write is under way.
    bool leave(std::uint64_t shared_head);
    // Pre: reads_alone(). What it has in hand above its stored position is forgotten and read again later: a paused
    // endpoint holds nothing.
    void let_go();
    // Pre: reads_alone(), and it has read as far as the shared reader, or farther.
    void attach();

    // What is to be written now. `shard_stored`: the shard's position that the bucket has; `shard_writing`: a write of
    // it is under way.
    std::optional<own_write> next_write(std::uint64_t shared_head, std::uint64_t shard_stored, bool shard_writing);
    // The write is stored. One whose outcome is unknown is repeated as it was, or the shard is given up.
    void stored();

  private:
    void skip_to(std::uint64_t shared_head);

    mode mode_;
    reader_window window_;
    std::optional<std::uint64_t> own_;  // what the bucket has
    std::optional<own_write> under_way_;
    bool wants_to_leave_ = false;
};

}  // namespace tidings::broadcaster
