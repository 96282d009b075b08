// Whether streams end before what the positions in them say was read: then their leader may lag, and nothing is to be
// begun from what it says.
#pragma once

#include <map>
#include <string>

#include "domain/takeover.hpp"
#include "reading/stream_check.hpp"

namespace tidings::broadcaster {

class stream_ends {
  public:
    explicit stream_ends(std::string shard) : shard_(std::move(shard)) {}

    // A look counts with those before it for so long: somebody else may have owned the shard meanwhile.
    static constexpr std::chrono::seconds looks_belong_together{3};

    // `now`: as looked at just now, at `at`. No again when that has been so for long: the stream has lost its end.
    bool too_early(const std::string& stream, const stream_now& now, const kept_positions& kept,
                   runtime::time_point at = runtime::now());

  private:
    std::string shard_;  // shard_name
    struct seen {
        stream_check check;
        runtime::time_point last;
    };
    std::map<std::string, seen> seen_;  // that do
};

}  // namespace tidings::broadcaster
