// The latest messages that are done with, so that one that is delivered again is recognised: its ack was lost, or the
// server crashed before it had written the ack down. Pure.
#pragma once

#include <array>
#include <cstdint>

namespace tidings::broadcaster {

class recently_done {
  public:
    // A message is known by its stream sequence and the time at which the stream stored it: a recreated
    // stream counts from 1 again, and its events are not those of before.
    void add(std::uint64_t sequence, std::int64_t stored_ns) { places_[sequence % size] = {sequence, stored_ns}; }

    bool contains(std::uint64_t sequence, std::int64_t stored_ns) const {
        const auto& p = places_[sequence % size];
        return p.sequence == sequence && p.stored_ns == stored_ns;
    }

  private:
    static constexpr std::size_t size = 2'048;  // more than is ever in flight and unacknowledged by default; 32 KiB
    struct place {
        std::uint64_t sequence = 0;  // streams count from 1
        std::int64_t stored_ns = 0;
    };
    std::array<place, size> places_{};
};

}  // namespace tidings::broadcaster
