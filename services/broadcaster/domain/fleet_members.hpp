// The replicas that share the shards, as they announce themselves. Pure: time is an argument.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::broadcaster {

// What a replica tells the others.
struct fleet_news {
    std::string replica;
    bool leaving = false;
    bool asks = false;      // it is new: the others announce themselves immediately
    bool released = false;  // a shard: who should have it may take it now
    std::string scope{};    // domain/fleet_scope: who is of another is none of the others
    std::string files{};    // digest of the names of its file's endpoints; empty: of an earlier version

    std::string to_json() const;
    static std::optional<fleet_news> parse(std::string_view json);
};

// Unique, and says where: "<uuid>@<host>", what is no letter, digit, '.' or '-' of the host left out.
std::string replica_name(std::string_view uuid, std::string_view host);

inline constexpr std::chrono::milliseconds announce_period{1'000};
inline constexpr std::chrono::milliseconds silent_after{3'500};

class fleet_members {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit fleet_members(std::string self) : self_(std::move(self)) {}

    // Whether the members have changed.
    bool heard(const fleet_news& n, time_point now);
    bool forget_silent(time_point now);
    // This replica among them, sorted.
    std::vector<std::string> all() const;
    // As it has said last; empty: it has not.
    std::string files_of(std::string_view replica) const;

  private:
    std::string self_;
    struct member {
        time_point heard;
        std::string files;
    };
    std::map<std::string, member, std::less<>> others_;
};

}  // namespace tidings::broadcaster
