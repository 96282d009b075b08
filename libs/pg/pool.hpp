// A few connections shared by many tasks; the broken ones are replaced when next needed.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "pg/connection.hpp"

namespace tidings::pg {

struct pool_options {
    connect_options connect;
    std::size_t size = 4;
    std::chrono::milliseconds acquire_timeout{2'000};  // waiting for a free one -> error "53300" (too many connections)
};

class pool;
struct pool_state;

// Borrowed for a scope. Gives the connection back when destroyed; one that is busy, broken or still in a
// transaction is closed instead.
class lease {
  public:
    ~lease();
    lease(lease&&) noexcept;
    lease& operator=(lease&&) = delete;
    connection* operator->() { return connection_.get(); }
    connection& operator*() { return *connection_; }

  private:
    friend class pool;
    lease(std::weak_ptr<pool_state> from, std::unique_ptr<connection> c);

    std::weak_ptr<pool_state> pool_;
    std::unique_ptr<connection> connection_;
};

class pool {
  public:
    // Opens nothing yet.
    pool(runtime::asio::io_context& ctx, pool_options options);
    ~pool();  // waiting acquires fail; a lease still out closes its connection when it ends

    // Waits for a free connection or opens one. First come, first served. Throws error.
    //
    // After a failed connect, acquires that find no idle connection fail immediately with the same error until a
    // growing pause (100 ms .. 2 s) is over; then one of them tries again, the others still fail (reconnect_policy).
    runtime::task<lease> acquire();

    struct counts {
        std::size_t size, in_use, idle, waiting;
    };  // size: the limit; in_use: leased or being opened
    counts count() const;

  private:
    friend class lease;
    std::shared_ptr<pool_state> state_;  // shared with the tasks waiting in acquire()
};

}  // namespace tidings::pg
