// The positions of one shard in one stream: its endpoints' progress, and from it the one position that the shard's key
// names. Pure; the protocol is that of tests/model/positions.pml.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "domain/endpoint_progress.hpp"
#include "domain/shard_record.hpp"

namespace tidings::broadcaster {

class shard_progress {
  public:
    using slot = std::size_t;  // the caller's number of an endpoint

    // As the bucket had it when the shard was taken over.
    explicit shard_progress(std::uint64_t position) : head_(position), stored_(position) {}

    // `own`: the endpoint's own position, if the bucket has one. `start`: it wants nothing from below. `counted`: the
    // shard's key counts that position, as after a takeover.
    void add(slot endpoint, std::optional<done_set> own, std::uint64_t start = 0, bool counted = true);
    // It was deleted: nothing of it counts any more.
    void remove(slot endpoint);
    // The stream was made anew: everything begins at `next`, which is to be written also if it is not further than the
    // last. Who may have a position of its own in the bucket, of the stream before, leaves, and counts until the bucket
    // has another.
    void restart(std::uint64_t next);

    const endpoint_progress& of(slot endpoint) const { return endpoints_.at(endpoint); }

    // The shared reader has `sequence`, at or above head(), and asks those that want it, as often as it takes: offer(),
    // then for each put_off() if not of(..).takes() it, else take() or refuse(), then read_if_taken(): whether it goes
    // on above it.
    void offer(std::uint64_t sequence);
    void refuse(slot endpoint) { refused_.push_back(endpoint); }
    bool read_if_taken();
    // The same, of one that nobody refuses.
    void read(std::uint64_t sequence) { head_ = sequence + 1; }
    // There is nothing to read below `next`.
    void passed(std::uint64_t next) { head_ = next > head_ ? next : head_; }
    // The shared reader goes on at `next`: below it is nothing for those that ride. The others must look for
    // themselves.
    void skip_to(std::uint64_t next);
    std::uint64_t head() const { return head_; }
    // The endpoint has the event in hand: from the shared reader, or from its own.
    void take(slot endpoint, std::uint64_t sequence) { endpoints_.at(endpoint).take(sequence); }
    // The shared reader passes `sequence`, which the endpoint wants. Nothing, while it rides.
    void put_off(slot endpoint, std::uint64_t sequence);
    // It wants others, of those that are not read for it yet.
    void change_filter(slot endpoint);
    // As endpoint_progress.
    void lose_track(slot endpoint, std::uint64_t next = UINT64_MAX) { endpoints_.at(endpoint).lose_track(next); }
    // Its own reader has come so far; if it follows the shared one, that is enough for what there is to read. When that
    // is as far as the shared reader, or farther, it rides again, if it `keeps_up`.
    void read_alone(slot endpoint, std::uint64_t next, bool keeps_up = true);
    // Delivered, or stored elsewhere. Whether the bucket should be told at once.
    bool done(slot endpoint, std::uint64_t sequence);

    // The endpoint shall read alone. False: not now, a write of its position is under way.
    bool leave(slot endpoint) { return endpoints_.at(endpoint).leave(head_); }
    // Pre: it reads alone. It holds nothing any more, and reads again what it had in hand.
    void let_go(slot endpoint) { endpoints_.at(endpoint).let_go(); }

    // The shard is to be handed over, and nothing more is read: who is not where the shared reader goes on leaves, if
    // those are no more than `most` (each will read alone; else a successor begins with the earliest, and repeats at
    // most what they have in hand), and so do those, as few, who have still to have what was offered last, if others
    // have it. False: not now, or the shard's position is to be written first, for own ones may be lower: ask again.
    bool part(std::size_t most);

    // The lowest event that a counting endpoint does not know to be done. Looks at every endpoint.
    std::uint64_t position() const;
    // After restart(), until the shard's position is stored.
    bool is_anew() const { return stored_ == 0; }
    // The shard's position to be written now, with own(): further than the one stored, or there are others that
    // have positions of their own, and none is under way.
    std::optional<std::uint64_t> next_shard_write();
    // Of those that a successor may need. Looks at every endpoint.
    own_places own() const;
    // Whether an endpoint has done much meanwhile. Looks at every endpoint.
    bool shard_stored();
    // The endpoints' own positions to be written now. Looks at every endpoint.
    std::vector<std::pair<slot, own_write>> next_own_writes();
    // Whether it has done much meanwhile.
    bool own_stored(slot endpoint);

  private:
    bool counts_wrong() const;
    void may_want_offered(slot endpoint) {
        if (offered_ >= head_) refused_.push_back(endpoint);
    }

    std::unordered_map<slot, endpoint_progress> endpoints_;
    std::uint64_t head_;
    std::uint64_t stored_;  // 0: of another stream
    std::optional<std::uint64_t> under_way_;
    bool counts_one_that_is_gone_ = false;  // the shard's key
    std::uint64_t offered_ = 0;             // last; below head_: nobody waits for it
    std::vector<slot> refused_;             // had no room for it, or came to the shared reader later
};

}  // namespace tidings::broadcaster
