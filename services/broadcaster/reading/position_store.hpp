// The positions of one shard in the bucket WEBHOOK_POSITIONS:
//   shards.<n>.key                     shard_record: owner, epoch, position in each stream
//   shards.<n>.own.<epoch>.<endpoint>  where an endpoint reads alone; written by the owner of that epoch only
//   shards.<n>.start.<endpoint>        where it begins: what it wants from below is not delivered
// and for all: shards.count; with <scope><n> for <n>, and shards.<scope>count, for a stream other than TODOS
// (domain/fleet_scope). See docs/adr for the protocol; tests/model/positions.pml checks it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bus/jetstream/key_value.hpp"
#include "bus/jetstream/publisher.hpp"
#include "domain/shard_record.hpp"

namespace tidings::broadcaster {

class position_store {
  public:
    position_store(runtime::asio::io_context& ctx, bus::connection& c, const std::string& shard);

    // The shard's key, read from the bucket's leader: revision and record only.
    runtime::task<bus::result<kept_positions>> look();
    // The key first, then the endpoints' positions, no older than the key. wrong_sequence: the key has changed since.
    runtime::task<bus::result<kept_positions>> read();

    // A shard that was never owned: its endpoints start at what is published from now on. One that is there stays.
    runtime::task<bus::result<>> begin();
    // Writes the key if its revision is still `expected`. The new revision.
    runtime::task<bus::result<std::uint64_t>> write(const shard_record& r, std::uint64_t expected);
    // Writes all of them, or fails.
    runtime::task<bus::result<>> write_own(const std::string& epoch, std::map<std::string, endpoint_position> own);
    // One; nothing: it is removed. `done`: whether the bucket has it, or (no) perhaps not.
    void write_own(const std::string& epoch, const std::string& endpoint, const std::optional<endpoint_position>& p,
                   std::function<void(bool stored)> done);
    // Of an epoch that nobody reads any more.
    runtime::task<> forget_epoch(std::string epoch);

    // Of an endpoint that was deleted: its start, and its own position in this epoch.
    runtime::task<bus::result<>> forget(std::string identity, std::string epoch);

    // Where new endpoints begin. `only_new`: those that are there stay.
    runtime::task<bus::result<>> write_starts(std::map<std::string, endpoint_position> starts, bool only_new);

  private:
    std::string key() const { return prefix_ + ".key"; }
    runtime::task<bus::result<>> write_all(std::string prefix, std::map<std::string, endpoint_position> all,
                                           bool only_new);

    bus::key_value bucket_;
    bus::jetstream js_;
    bus::publisher publisher_;
    std::string prefix_;  // "shards.<shard_name>"
};

}  // namespace tidings::broadcaster
