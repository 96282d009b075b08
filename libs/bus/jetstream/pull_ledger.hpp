// What a pull consumer has requested and not received yet. Pure bookkeeping.
//
// The server serves several requests of one client in turn, and a message does not say which request it belongs to:
// only the sum is known exactly. A request ends with a status (which gives the number not served), with its last
// message (without notice), or silently when the server that held it is gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "runtime/task.hpp"

namespace tidings::bus {

class pull_ledger {
  public:
    std::size_t outstanding() const { return outstanding_; }
    bool idle() const { return outstanding_ == 0; }

    // A request for `batch` messages that can no longer be served after `due` (never earlier than that of the last
    // one). Returns its number, which no other request of this ledger had.
    std::uint64_t open(std::size_t batch, runtime::time_point due);

    void arrived();

    // A status ended request `number` (false: it was not open); `unserved`: how many of it will not come, nullopt when
    // the server did not say: all of it.
    bool ended(std::uint64_t number, std::optional<std::size_t> unserved);

    // Requests that are overdue without a status were served long ago or are lost: they no longer count.
    void expire(runtime::time_point now);
    std::optional<runtime::time_point> next_due() const;

    // Nothing of what was requested can arrive any more.
    void reset();

  private:
    struct request {
        std::size_t batch = 0;
        runtime::time_point due;
        bool open = true;
    };
    void close(request& r);

    std::deque<request> requests_;
    std::uint64_t first_ = 1;  // the number of requests_.front()
    std::size_t outstanding_ = 0;
    std::size_t open_batches_ = 0;  // of open requests: outstanding_ cannot be more
};

}  // namespace tidings::bus
