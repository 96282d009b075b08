// The endpoints of one shard as this process knows them, and how they get into the shard while it is owned: new ones,
// changed and removed ones, and those whose stream comes into being. New ones come in the order of a takeover, which is
// that of tests/model/positions.pml: starts, own positions, the shard's key, and only then the marks that they are
// served.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "delivery/shard.hpp"
#include "domain/endpoint.hpp"
#include "reading/stream_ends.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

class shard_roster {
  public:
    struct options {
        std::string shard;       // shard_name
        std::string started_at;  // RFC 3339: where endpoints begin that have no start of their own
        // Whether an endpoint that this process does not know was deleted for sure.
        std::function<runtime::task<bool>(std::string identity)> is_gone;
    };
    shard_roster(runtime::asio::io_context& ctx, position_store& store, bus::connection& publishes, options o);

    // Also while the shard is not owned.
    void set(endpoint_ptr e);
    // It cannot be used just now; what is stored of it stays.
    void suspend(const std::string& identity);
    // It was deleted.
    void remove(const std::string& identity);
    bool empty() const { return endpoints_.empty(); }
    const std::map<std::string, endpoint_ptr>& endpoints() const { return endpoints_; }

    // What a takeover begins with; changes that come later are for follow().
    std::vector<endpoint_ptr> snapshot();
    // The shard is owned now, and has what `t` opened; `missing`: the streams that are not there, and why.
    void taken(const kept_positions& kept, const takeover& t, std::map<std::string, std::string> missing);
    void lost();

    // Brings changes to the shard for as long as it is owned. Works until cancelled. `owned`: null when it is not.
    runtime::task<> follow(std::function<shard*()> owned);
    // The shard's key is to be written, for those that were added, or that it still counts.
    bool key_due() const { return !added_.empty() || !removed_.empty(); }
    void key_write_begins() {
        under_way_.merge(added_);
        removed_under_way_.merge(removed_);
    }
    void key_write_ended(bool stored);

    // Of all endpoints in the shard the bucket knows that they are. A next owner would begin anew with others.
    bool all_marked() const { return added_.empty() && under_way_.empty() && served_.empty() && !marking_; }

    // How many endpoints have a start that is marked; rather too few than too many.
    std::uint64_t marked() const { return marked_; }

    const std::map<std::string, std::string>& missing_streams() const { return missing_; }

  private:
    using group = std::vector<endpoint_ptr>;
    using held = std::function<shard*()>;
    void apply_changes(shard& s);
    runtime::task<> add_newcomers(held owned);
    runtime::task<> open_stream(held owned, std::string stream, group newcomers);
    runtime::task<> join_stream(held owned, std::string stream, group newcomers);
    // Null: it has failed, or the shard is not owned any more.
    runtime::task<shard*> store(held owned, std::string epoch, const takeover& t);
    std::vector<stream_opening::beginner> still_wanted(std::vector<stream_opening::beginner> all) const;
    void was_added(const endpoint& e, const takeover& t);
    runtime::task<> mark_served();
    runtime::task<> forget_dropped(held owned);
    runtime::task<bool> forget(std::string identity, std::string epoch);
    runtime::task<> look_for_the_gone(held owned);
    kept_positions kept_in(const shard& s) const;

    position_store& store_;
    bus::connection& publishes_;
    options o_;
    std::map<std::string, endpoint_ptr> endpoints_;  // by identity
    std::set<std::string> changed_;                  // set or suspended since the snapshot
    std::set<std::string> newcomers_;                // not in the shard yet
    std::set<std::string> dropped_;                  // to be removed from the shard
    // From the bucket: those whom its key may count, meanwhile, and then.
    std::set<std::string> removed_, removed_under_way_, uncounted_;
    std::map<std::string, endpoint_position> own_, starts_;  // of those that are not in the shard, as the bucket has it
    // Starts of those that are in the shard: until its key is written, meanwhile, and then to be marked.
    std::map<std::string, endpoint_position> added_, under_way_, served_;
    std::map<std::string, std::string> missing_;  // streams that are not there, and why
    bool marking_ = false;
    std::uint64_t marked_ = 0;
    unsigned tenures_ = 0;
    stream_ends ends_;
    bool strangers_looked_at_ = true;
    runtime::wakeup wake_;
};

}  // namespace tidings::broadcaster
