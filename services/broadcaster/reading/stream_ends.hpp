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

    // `now`: as looked at just now. No again when that has been so for long: the stream has lost its end.
    bool too_early(const std::string& stream, const stream_now& now, const kept_positions& kept);

  private:
    std::string shard_;                         // shard_name
    std::map<std::string, stream_check> seen_;  // that do
};

}  // namespace tidings::broadcaster
