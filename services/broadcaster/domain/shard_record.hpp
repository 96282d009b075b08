// What the bucket WEBHOOK_POSITIONS holds: for each shard who owns it and how far it is in each stream, and for single
// endpoints where they read on their own. Written as JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "domain/done_set.hpp"

namespace tidings::broadcaster {

// In one stream: everything below `next` is done. `created` is the stream's: a stream made anew counts from 1 again.
struct stream_position {
    std::string created;
    std::uint64_t next = 1;
    bool operator==(const stream_position&) const = default;
};

// Of those that have positions of their own, in one stream: how many, and the lowest. Should there be fewer in the
// bucket, some are gone, and nobody knows whose.
struct own_places {
    std::uint64_t count = 0;
    std::uint64_t lowest = 0;
    void add(std::uint64_t next) { lowest = count++ > 0 && lowest < next ? lowest : next; }
    bool operator==(const own_places&) const = default;
};

// As stream_position, of those that have none of their own.
struct shard_position {
    std::string created;
    std::uint64_t next = 1;
    own_places own{};
    bool operator==(const shard_position&) const = default;
};

// The shard's key. It is the lease as well, renewed by being written.
struct shard_record {
    std::string owner;  // empty: released, any replica may take it immediately
    std::string epoch;  // under which its owner writes the endpoints' own positions; each ownership has its own
    std::map<std::string, shard_position> streams;
    std::uint64_t starts = 0;  // how many endpoints have one that is marked as served, in all streams

    std::string to_json() const;
    static std::optional<shard_record> parse(std::string_view json);
};

// Of one endpoint: where it reads alone, or where it begins. Of no stream: what was written down cannot be read.
struct endpoint_position {
    std::string stream;
    stream_position at;
    bool served = true;  // false: of a new endpoint that no owner of its shard has taken up yet
    // Beyond at.next, as in done_set; an owner of an earlier version passes over it.
    std::uint64_t known = 0;
    std::vector<std::uint64_t> undone{};
    bool operator==(const endpoint_position&) const = default;

    bool unreadable() const { return stream.empty(); }
    done_set done() const;
    static endpoint_position of(std::string stream, std::string created, done_set d);

    std::string to_json() const;
    static std::optional<endpoint_position> parse(std::string_view json);
};

// All that the bucket knows of a shard.
struct kept_positions {
    std::uint64_t revision = 0;                       // of the shard's key; 0: there is none
    std::optional<shard_record> record;               // nothing: there is none, or it cannot be read
    std::map<std::string, endpoint_position> own;     // by endpoint; of the record's epoch
    std::map<std::string, endpoint_position> starts;  // by endpoint
};

inline constexpr std::chrono::milliseconds shard_renewal{1'000};    // at the latest
inline constexpr std::chrono::milliseconds shard_owned_for{3'000};  // after the last write that the bucket took
// Of an unchanged revision, by the candidate's own clock; the second between is the fence.
inline constexpr std::chrono::milliseconds shard_taken_after{4'000};

// What a candidate knows of a shard's key. No clock is compared with another machine's.
class shard_watch {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // As read just now. Revision 0: there is none.
    void saw(std::uint64_t revision, bool released, time_point now);
    // Whether it may be taken over from the revision seen last.
    bool takeable(time_point now) const;
    // The same from a revision that was read later: nobody has written in between.
    bool still_takeable(std::uint64_t revision, time_point now) const { return revision == revision_ && takeable(now); }
    // When it can be, if it stays as it is; a time in the past where it can be already, or was never seen.
    time_point takeable_at() const;
    // For how long nobody has owned it.
    std::chrono::milliseconds free_for(time_point now) const;

  private:
    std::uint64_t revision_ = 0;
    bool seen_ = false;
    bool released_ = false;
    time_point unchanged_since_{};
};

}  // namespace tidings::broadcaster
