// The lease on an endpoint with ordered delivery, kept in the key-value bucket. Clocks of different machines are never
// compared: a candidate waits until it has seen the same revision for longer than an owner may continue without
// renewing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::broadcaster {

struct lease_record {
    std::string owner;         // empty: released, any replica may take it immediately
    std::uint64_t resume = 0;  // stream sequence of the first event not known to be done; 0: where the consumer starts

    std::string to_json() const;
    static std::optional<lease_record> parse(std::string_view json);
};

inline constexpr std::chrono::seconds lease_renewal{2};
inline constexpr std::chrono::seconds lease_owned_for{5};    // after the last renewal that the bucket took
inline constexpr std::chrono::seconds lease_taken_after{7};  // of an unchanged revision; the 2 s between are the fence

// What a candidate knows of another replica's lease.
class lease_watch {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // The bucket's revision and record as read just now. Revision 0: there is none.
    void saw(std::uint64_t revision, const lease_record& r, time_point now);
    // Whether the lease may be taken over from the revision seen last.
    bool takeable(time_point now) const;
    std::uint64_t revision() const { return revision_; }
    const lease_record& record() const { return record_; }

  private:
    std::uint64_t revision_ = 0;
    lease_record record_;
    time_point unchanged_since_{};
};

}  // namespace tidings::broadcaster
