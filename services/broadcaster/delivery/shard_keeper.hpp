// Takes one shard when this process should have it and nobody else does, keeps it, and gives it up again: the lease and
// the positions in the bucket. The protocol is that of tests/model/positions.pml.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "delivery/shard.hpp"
#include "delivery/shard_roster.hpp"
#include "domain/endpoint.hpp"
#include "domain/shard_record.hpp"
#include "reading/stream_ends.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

class shard_keeper {
  public:
    struct options {
        std::uint32_t number = 0;
        std::string name;        // shard_name
        std::string replica;     // this process, unique in the fleet
        std::string started_at;  // RFC 3339: where endpoints that are new begin
        std::chrono::milliseconds drain_timeout{20'000};
        std::function<void()> on_missing_retries;                          // stream WEBHOOK_RETRIES is not there
        std::function<void()> on_missing_bucket;                           // WEBHOOK_POSITIONS is not there
        std::function<void()> on_released;                                 // others should look
        std::function<runtime::task<bool>(std::string identity)> is_gone;  // as shard_roster::options
    };
    shard_keeper(share_links& l, stream_sources& sources, bus::connection& publishes, options o);

    // Works until stop() has been called and the shard is released.
    runtime::task<> run();
    // Keeps the shard's endpoints up to date. Works until cancelled.
    runtime::task<> follow();
    void stop();
    shard_roster& endpoints() { return roster_; }
    // Ends the endpoint's pause, if it is delivered to here.
    void resume(const std::string& identity);
    // Whether this process should have the shard, as the fleet stands.
    void want(bool wanted);
    // Something has changed in the fleet: look now.
    void look() { changed_.notify(); }

    void tick();
    const shard* held() const { return shard_.get(); }
    const options& about() const { return o_; }
    // What keeps endpoints of this shard from being delivered to here; empty when nothing does.
    std::string trouble() const;
    // The same of one endpoint that is not delivered to here.
    std::string trouble_of(const endpoint& e) const;
    bool wanted() const { return wanted_; }

  private:
    runtime::task<bool> may_take();
    runtime::task<bool> take();
    runtime::task<bool> store(const takeover& t, std::uint64_t expected);
    using endpoint_list = std::vector<endpoint_ptr>;
    struct streams_found {
        std::map<std::string, stream_now> there;
        std::map<std::string, std::string> missing;  // and why
    };
    runtime::task<bus::result<streams_found>> look_at_streams(const endpoint_list& endpoints,
                                                              const kept_positions& kept);
    runtime::task<bus::result<stream_now>> look_at(std::string stream, const endpoint_list& endpoints,
                                                   const kept_positions& kept);
    runtime::duration until_next_look() const;
    runtime::task<> hold();
    runtime::task<bool> write(shard_record r);
    runtime::task<bool> still_ours();
    runtime::task<> release();
    template <class Result>
    bool done(const Result& r) {
        hindered_ = r ? std::string() : publishes_.why(r.error());
        return r.has_value();
    }
    std::string not_taken() const;

    share_links& links_;
    stream_sources& sources_;
    bus::connection& publishes_;
    options o_;
    position_store store_;
    shard_roster roster_;
    stream_ends ends_;
    shard_watch watch_;
    runtime::wakeup changed_;
    std::unique_ptr<shard> shard_;
    std::uint64_t revision_ = 0;
    std::string hindered_;  // why the bucket, or a stream, did not answer what was asked last; empty: it did
    runtime::time_point held_until_{}, written_at_{};
    bool wanted_ = true;
    bool draining_ = false;  // the shard is about to be released
    bool stopping_ = false;
    bool told_of_owner_ = false;
};

}  // namespace tidings::broadcaster
