// The key-value bucket WEBHOOK_ENDPOINTS: one value per endpoint, under its name, and under "<name>.resumed" the marker
// that it was resumed; of broadcasters of another stream, under their scope (domain/fleet_scope). Keys are given and
// told without it. Changes arrive by watching; a bucket that was lost is filled again with what is known here.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "bus/jetstream/key_value.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

class endpoint_bucket {
  public:
    // Called on the loop. Each value once per revision, also the own ones: before set() returns.
    struct handlers {
        std::function<void(const std::string& key, const std::string& value, std::uint64_t revision)> on_value;
        std::function<void(const std::string& key)> on_removed;
    };

    endpoint_bucket(runtime::asio::io_context& ctx, bus::connection& c, unsigned replicas, std::string scope,
                    handlers h);

    // Makes the bucket, and follows it until cancelled, whatever becomes of NATS meanwhile.
    runtime::task<> run();
    // Whether everything that the bucket holds is known.
    bool current() const { return current_; }

    // As the leader has it.
    runtime::task<bus::result<bus::kv_entry>> get(const std::string& key) { return bucket_.get(scope_ + key); }
    // What is kept of a key: the last value, or the marker of its deletion.
    runtime::task<bus::result<std::vector<bus::kv_entry>>> history(const std::string& key) {
        return bucket_.history(scope_ + key);
    }
    // Only when the key's revision still is `expected` (0: there is none); else wrong_sequence.
    runtime::task<bus::result<std::uint64_t>> set(std::string key, std::string value, std::uint64_t expected);
    // `expected`: none: whatever it is.
    runtime::task<bus::result<std::uint64_t>> remove(std::string key, std::optional<std::uint64_t> expected);
    runtime::task<bus::result<std::uint64_t>> mark(std::string key, std::string value);
    bool has(const std::string& key) const;

  private:
    struct known {
        std::string value;
        std::uint64_t revision = 0;
        bool deleted = false;
        bool seen = true;  // since the bucket was last read from its beginning
    };
    bus::ordered_consumer watch();
    bool was_purged(const bus::stream_info& now);
    void start();
    void arrived(bus::kv_entry e);
    void take(bus::kv_entry e);
    void complete();
    runtime::task<bool> restore();

    runtime::asio::io_context& ctx_;
    bus::connection& bus_;
    bus::key_value bucket_;
    unsigned replicas_;
    std::string scope_;
    handlers handlers_;
    std::map<std::string, known> known_;
    std::size_t of_others_ = 0;  // endpoints of broadcasters of other streams, when the bucket was read
    std::uint64_t stored_ = 0;   // messages in the bucket, at the last look
    bool current_ = false;
    bool missing_ = false;  // something that is known here is not in the bucket
    runtime::wakeup changed_;
};

}  // namespace tidings::broadcaster
