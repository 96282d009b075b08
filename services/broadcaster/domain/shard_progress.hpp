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

namespace tidings::broadcaster {

class shard_progress {
  public:
    using slot = std::size_t;  // the caller's number of an endpoint

    // As the bucket had it when the shard was taken over.
    explicit shard_progress(std::uint64_t position) : head_(position), stored_(position) {}

    // `own`: the endpoint's own position, if the bucket has one. `start`: it wants nothing from below.
    void add(slot endpoint, std::optional<done_set> own, std::uint64_t start = 0);
    // It was deleted: nothing of it counts any more.
    void remove(slot endpoint) { endpoints_.erase(endpoint); }

    const endpoint_progress& of(slot endpoint) const { return endpoints_.at(endpoint); }

    // The shared reader has read `sequence` and goes on above it, after take() for those that want it and
    // of(..).takes() it.
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
    // As endpoint_progress.
    void lose_track(slot endpoint, std::uint64_t next = UINT64_MAX) { endpoints_.at(endpoint).lose_track(next); }
    // Its own reader has come so far; if it follows the shared one, that is enough for what there is to read. When that
    // is as far as the shared reader, or farther, it rides again, if it `keeps_up`.
    void read_alone(slot endpoint, std::uint64_t next, bool keeps_up = true);
    // Delivered, or stored elsewhere. Whether the bucket should be told at once.
    bool done(slot endpoint, std::uint64_t sequence);

    // The endpoint shall read alone. False: not now, a write of its position is under way.
    bool leave(slot endpoint) { return endpoints_.at(endpoint).leave(head_); }
    // Before a hand-over: whoever rides and has in hand what will not be delivered leaves, or a successor would repeat
    // to the others what it begins with. Where they are more than `most` they stay: so many would each read the stream.
    // False: not now, ask again.
    bool part_with_holders(std::size_t most);
    // Pre: it reads alone. It holds nothing any more, and reads again what it had in hand.
    void let_go(slot endpoint) { endpoints_.at(endpoint).let_go(); }

    // The lowest event that a counting endpoint does not know to be done. Looks at every endpoint.
    std::uint64_t position() const;
    // The shard's position to be written now: further than the one stored, and none is under way.
    std::optional<std::uint64_t> next_shard_write();
    // Whether an endpoint has done much meanwhile. Looks at every endpoint.
    bool shard_stored();
    // The endpoints' own positions to be written now. Looks at every endpoint.
    std::vector<std::pair<slot, own_write>> next_own_writes();
    // Whether it has done much meanwhile.
    bool own_stored(slot endpoint);

  private:
    std::unordered_map<slot, endpoint_progress> endpoints_;
    std::uint64_t head_;
    std::uint64_t stored_;
    std::optional<std::uint64_t> under_way_;
};

}  // namespace tidings::broadcaster
