// What keeps the fleets on one NATS apart. Broadcasters of one stream (setting STREAM) share endpoints and shards;
// those of another stream share only the buckets and WEBHOOK_RETRIES with them, where their names begin with a scope of
// their own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::broadcaster {

// "_<stream>.", a token that no name of an endpoint begins like; empty for the stream TODOS. What a key of a bucket may
// not hold is written as "=" and two hexadecimal digits.
std::string scope_of(std::string_view stream);

// One or two tokens: "3", "_ORDERS.3".
std::string shard_name(const std::string& scope, std::uint32_t number);

// The key without the scope; nothing for one of another scope. The view is of `key`.
std::string_view without_scope(std::string_view key, std::string_view scope);

}  // namespace tidings::broadcaster
