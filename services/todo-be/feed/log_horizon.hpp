// Which numbers of the event log are settled: their events can be read, or will never be. Pure.
//
// Numbers are drawn before they are committed, by several replicas: an event may become visible after one with a higher
// number. Whoever passed over its number would never read it. Two looks at the writers tell (look_at_writers): when
// none of those of the first one is there at the second one, every number drawn before the first look is settled.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tidings::todo_be {

class log_horizon {
  public:
    // What was known when a look was asked for. Looks of several connections may overtake each other.
    struct ticket {
        std::uint64_t waiting = 0;
        std::int64_t settled = 0;
    };
    ticket before_look() const { return {waiting_id_, settled_}; }

    // Its answer; `writers` are sorted.
    void looked(const ticket& asked, std::int64_t last_drawn, std::vector<std::string> writers);

    // A page that was asked for after this is complete up to here. Goes back only when the log did: another database.
    std::int64_t settled() const { return settled_; }

    // How many of `seqs`, ascending and behind `after`, may be given out: up to the first number missing that is not
    // known to be settled. `settled`: as it was when the page was asked for.
    static std::size_t count_ready(std::span<const std::int64_t> seqs, std::int64_t after, std::int64_t settled);

  private:
    struct look {
        std::int64_t last_drawn;
        std::vector<std::string> writers;  // that have not ended
    };

    std::int64_t settled_ = 0;
    std::optional<look> waiting_;
    std::uint64_t waiting_id_ = 0;
};

}  // namespace tidings::todo_be
