// What waits for its retry in a shard, told to the owner: first all of it, then what another stores later.
//
// A server that lags behind, or leads only since a moment ago, shows less than is stored. So each ownership stores a
// mark of its own: when that is shown, so is all that was stored before, and nothing else ends the loading. (Where the
// stream refuses the mark for want of room, what is shown at first has to do.)
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bus/jetstream/jetstream.hpp"
#include "bus/jetstream/ordered_consumer.hpp"
#include "domain/retry_queue.hpp"
#include "runtime/lifetime.hpp"

namespace tidings::broadcaster {

class retry_watch {
  public:
    struct found {
        std::string endpoint;  // its identity (identity_of)
        retry_id id;
        retry_queue::entry entry;
    };
    struct handlers {
        std::function<void()> on_start;       // all of it follows, at first and after each lost connection
        std::function<void(found)> on_found;  // stored by another than us
        std::function<void()> loaded;         // once
        std::function<void()> on_missing;     // the stream is not there
    };
    // `reads`: what waits is read there, so that many of them are not in front of what is written to `c` and its
    // answers. `epoch`: of this ownership, which the shard's key has by now.
    retry_watch(runtime::asio::io_context& ctx, bus::connection& c, bus::connection& reads, std::string shard,
                std::string epoch, handlers h);

  private:
    void saw(const bus::message& m, std::uint64_t sequence);
    void current();
    runtime::task<> set_mark();
    void load();

    runtime::asio::io_context& ctx_;
    bus::connection& bus_;
    std::string shard_, epoch_;
    handlers handlers_;
    bool refused_ = false, current_ = false, loaded_ = false;
    runtime::lifetime alive_;
    bus::ordered_consumer consumer_;
};

}  // namespace tidings::broadcaster
