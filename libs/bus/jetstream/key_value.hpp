// A key-value bucket (stream KV_<bucket>, ADR-8 of nats-architecture-and-design): latest value per key,
// compare-and-set.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bus/jetstream/jetstream.hpp"

namespace tidings::bus {

struct kv_entry {
    std::string value;
    std::uint64_t revision = 0;
};

// Keys are made of letters, digits and - _ / = . as the ADR says; another one throws std::invalid_argument.
class key_value {
  public:
    // `deadline`: of each operation.
    key_value(connection& c, std::string bucket, std::chrono::milliseconds deadline = std::chrono::seconds(5));

    // Creates the bucket when it is not there (history 1, file storage).
    runtime::task<result<>> ensure(unsigned replicas);
    // not_found when there is none (or it was deleted). Read from the stream's leader: never stale.
    runtime::task<result<kv_entry>> get(std::string key);
    // Writes only when the key's revision still is `expected` (0: the key does not exist); else wrong_sequence. The new
    // revision.
    runtime::task<result<std::uint64_t>> update(std::string key, std::string value, std::uint64_t expected);

  private:
    runtime::task<result<std::uint64_t>> write(const std::string& subject, const std::string& value,
                                               std::uint64_t expected);

    connection& bus_;
    jetstream js_;
    std::string bucket_;
    std::chrono::milliseconds deadline_;
};

}  // namespace tidings::bus
