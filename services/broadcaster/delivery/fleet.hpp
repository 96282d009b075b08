// This replica among those that share the shards: it announces itself, takes the shards that fall to it, and delivers
// for them.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "bus/connection/connection.hpp"
#include "delivery/shard_keeper.hpp"
#include "domain/endpoint_status.hpp"
#include "domain/fleet_members.hpp"
#include "runtime/outage.hpp"
#include "runtime/task_group.hpp"

namespace tidings::broadcaster {

class fleet {
  public:
    struct options {
        std::string replica;     // unique
        std::string started_at;  // RFC 3339
        std::uint32_t shards = 4;
        unsigned jetstream_replicas = 1;
        std::vector<endpoint> endpoints;  // each with its source_stream
        std::chrono::milliseconds drain_timeout{20'000};
        std::function<void()> on_missing_retries;  // stream WEBHOOK_RETRIES is not there
        std::function<void()> on_bucket;           // the bucket is there: now the stream of retries may be made
    };
    fleet(share_links& l, bus::connection& publishes, options o);
    ~fleet();

    // Works until cancelled.
    runtime::task<> run();
    // Hands over what it has, within drain_timeout and a little.
    runtime::task<> leave();

    // Of all endpoints, those of other replicas with what is known here.
    std::vector<endpoint_status> statuses() const;
    // The shards that this replica delivers for.
    void for_each_share(const std::function<void(stream_share&)>& use) const;
    endpoint_line* find(const std::string& endpoint_name) const;
    // Why a stream cannot be read just now; empty while all can.
    std::string trouble() const;

  private:
    runtime::task<> make_bucket();
    runtime::task<bool> count_shards(bool lost);
    void start_keepers();
    void tick();
    endpoint_status status_of_absent(const endpoint& e) const;
    void tell_trouble();
    void announce(bool leaving, bool asks);
    void heard(const bus::message& m);
    void assign();

    share_links& links_;
    bus::connection& publishes_;
    options o_;
    bus::key_value bucket_;
    fleet_members members_;
    stream_sources sources_;
    std::vector<std::unique_ptr<shard_keeper>> keepers_;
    bus::subscription news_;
    runtime::task_group tasks_;
    bool bucket_missing_ = false;
    unsigned troubled_ = 0;  // for how many announcements
    runtime::outage outage_;
    bool leaving_ = false;
};

}  // namespace tidings::broadcaster
