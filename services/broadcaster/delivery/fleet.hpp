// This replica among those that share the shards: it announces itself, takes the shards that fall to it, and delivers
// for them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bus/connection/connection.hpp"
#include "delivery/shard_keeper.hpp"
#include "domain/endpoint_status.hpp"
#include "domain/fleet_members.hpp"
#include "domain/replay_target.hpp"
#include "runtime/outage.hpp"
#include "runtime/task_group.hpp"
#include "runtime/thread_load.hpp"

namespace tidings::broadcaster {

class fleet {
  public:
    struct options {
        std::string replica;     // unique
        std::string started_at;  // RFC 3339
        std::string files;       // as fleet_news::files
        std::string scope;       // domain/fleet_scope
        std::uint32_t shards = 4;
        unsigned jetstream_replicas = 1;
        std::chrono::milliseconds drain_timeout{20'000};
        std::function<void()> on_missing_retries;  // stream WEBHOOK_RETRIES is not there
        std::function<void()> on_bucket;           // the bucket is there: now the stream of retries may be made
        std::function<runtime::task<bool>(std::string identity)> is_gone;  // as shard_roster::options
    };
    fleet(share_links& l, bus::connection& publishes, options o);
    ~fleet();

    // The endpoints, before run() and while it works: one that is new or has changed, with its source_stream; one whose
    // settings cannot be used just now, which keeps its place; one that was deleted; one whose pause ends.
    void set(endpoint_ptr e);
    void suspend(const std::string& endpoint_name);
    void remove(const std::string& endpoint_name);
    void resume(const std::string& endpoint_name);

    // Works until cancelled.
    runtime::task<> run();
    // Hands over what it has, within drain_timeout and a little.
    runtime::task<> leave();

    // One of another replica has what is known here; nothing for one that is not known.
    std::optional<endpoint_status> status(std::string_view endpoint_name) const;
    // The shards that this replica delivers for.
    void for_each_share(const std::function<void(stream_share&)>& use) const;
    // Whether the number of shards is known: not before the bucket of positions was there.
    bool knows_shards() const { return !keepers_.empty(); }
    // Nothing for an endpoint that is not known here. Pre: knows_shards().
    std::optional<replay_target> replay_target_of(std::string_view endpoint_name) const;
    endpoint_line* find(std::string_view endpoint_name) const;
    // Why a stream cannot be read just now; empty while all can.
    std::string trouble() const;
    // Why events of a stream may go before endpoints have them; empty: they may not.
    std::string warning() const;
    // That another number of shards is set than there are; empty: the same. What is set has no effect.
    const std::string& shards_note() const { return shards_note_; }
    // Endpoints that are delivered to here and stall (domain/stalled); empty while none does.
    std::string stalled() const;

  private:
    runtime::task<> make_bucket();
    runtime::task<> keep_bucket();
    runtime::task<bool> count_shards(bool retries_there);
    runtime::task<std::optional<bool>> were_lost();
    void start_keepers();
    void tick();
    void forget_metrics();
    shard_keeper* keeper_of(std::string_view endpoint_name) const;
    endpoint_status status_of_absent(const endpoint& e) const;
    bool may_be_unknown_to_owner(const endpoint& e) const;
    std::string unknown_to_owners() const;
    void tell_trouble();
    void announce(fleet_news n);
    void heard(const bus::message& m);
    void assign();

    share_links& links_;
    bus::connection& publishes_;
    options o_;
    bus::key_value bucket_;
    fleet_members members_;
    std::map<std::string, endpoint_ptr, std::less<>> endpoints_;  // by name; also suspended ones
    stream_sources sources_;
    std::vector<std::unique_ptr<shard_keeper>> keepers_;
    bus::subscription news_;
    runtime::task_group tasks_, followers_;
    std::set<std::string> to_forget_;  // names of removed endpoints, whose metrics end with their lines
    bool bucket_missing_ = false;
    std::string hindered_;   // why the bucket could not be made; empty: it could
    unsigned troubled_ = 0;  // for how many announcements
    runtime::outage outage_;
    runtime::thread_load load_;
    std::string shards_note_;
    std::vector<std::string> owners_;  // of the shards, as the members stand
    bool leaving_ = false;
};

}  // namespace tidings::broadcaster
