// A key-value bucket (stream KV_<bucket>, ADR-8 of nats-architecture-and-design): the last values of each key,
// compare-and-set, watching.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bus/jetstream/jetstream.hpp"
#include "bus/jetstream/ordered_consumer.hpp"

namespace tidings::bus {

struct kv_entry {
    std::string value;
    std::uint64_t revision = 0;
    std::string key;
    bool deleted = false;  // a marker: the key was deleted with this revision
};

// Called on the loop, never from within watch().
struct kv_watch_handlers {
    std::function<void()> on_start;          // the whole bucket follows: at first, and after each lost connection
    std::function<void(kv_entry)> on_entry;  // also deleted ones
    std::function<void()> on_current;        // a key that has not come since on_start does not exist; changes follow
};

// Keys consist of letters, digits and - _ / = . as in the ADR; any other is `refused`. What somebody has published
// under another name is no entry of the bucket.
class key_value {
  public:
    // `deadline`: of each operation.
    key_value(connection& c, std::string bucket, std::chrono::milliseconds deadline = std::chrono::seconds(5));

    // Creates the bucket when it does not exist (file storage). `history`: values kept of each key, 64 at most. The
    // stream that it is.
    runtime::task<result<stream_info>> ensure(unsigned replicas, unsigned history = 1);
    // Takes back limits by which it forgets keys: an age, or room that is made by dropping the oldest. True: there were
    // some. False: there were none, or the server does not say, or refused: ask again some time later.
    runtime::task<bool> keep_all();
    // not_found when the key does not exist or was deleted. Read from the stream's leader: never stale.
    runtime::task<result<kv_entry>> get(std::string key);
    // Writes regardless of the key's revision. Returns the new revision.
    runtime::task<result<std::uint64_t>> put(std::string key, std::string value);
    // Writes only when the key's revision still is `expected` (0: the key does not exist); else wrong_sequence. The new
    // revision.
    runtime::task<result<std::uint64_t>> update(std::string key, std::string value, std::uint64_t expected);
    // Leaves a marker in the key's history. With `expected` as for update(). The marker's revision.
    runtime::task<result<std::uint64_t>> remove(std::string key, std::optional<std::uint64_t> expected = std::nullopt);

    // Those that exist, in the order of their last change.
    runtime::task<result<std::vector<std::string>>> keys();
    // Every key below `prefix` ("<prefix>.>") with its value, in the order of their last change.
    runtime::task<result<std::vector<kv_entry>>> entries(std::string prefix);
    // Forgets those keys and their history.
    runtime::task<result<>> purge(const std::string& prefix);
    // Where a key's values are published: for many writes in flight (publisher).
    std::string subject_of(std::string_view key) const;
    // The values that are kept of a key, deletions among them, the oldest first; not_found when there are none.
    runtime::task<result<std::vector<kv_entry>>> history(std::string key);
    // Until the handle is destroyed, also across lost connections and when the bucket is created again.
    ordered_consumer watch(const runtime::executor& ex, kv_watch_handlers h);

  private:
    errc not_a_key(const std::string& key);
    runtime::task<result<std::vector<kv_entry>>> read(ordered_consumer::options o);
    runtime::task<result<std::uint64_t>> write(const std::string& subject, const std::string& value,
                                               std::uint64_t expected);

    connection& bus_;
    jetstream js_;
    std::string bucket_;
    std::chrono::milliseconds deadline_;
};

}  // namespace tidings::bus
