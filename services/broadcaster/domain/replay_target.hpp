// Where the replay of a dead letter goes: to the endpoint's messages in WEBHOOK_RETRIES.
#pragma once

#include <string>

namespace tidings::broadcaster {

struct replay_target {
    std::string shard;       // shard_name
    std::string endpoint;    // its identity (identity_of)
    std::string stream;      // that the endpoint reads
    std::string created_at;  // as endpoint::created_at
};

}  // namespace tidings::broadcaster
