// One connection to PostgreSQL, asynchronous on the event loop: a thin wrapper around libpq.
//
// Errors: pg::error is thrown for everything the server or the network reports. `sqlstate` tells them apart.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pg/error.hpp"
#include "pg/parameters.hpp"
#include "pg/rows.hpp"
#include "pg/statement.hpp"
#include "runtime/task.hpp"

namespace tidings::pg {

class exchange;

struct connect_options {
    std::string conninfo;  // libpq's: "host=... dbname=..." or "postgresql://..."; never logged
    std::string application_name = "tidings";
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds query_timeout{5'000};  // default deadline of every query
    // Server settings of the session, such as {"idle_session_timeout", "3000"}.
    std::vector<std::pair<std::string, std::string>> settings;
    // False: nothing is prepared. Behind a pooler that gives each transaction another session (PgBouncer: pool_mode =
    // transaction) a prepared statement would be another client's.
    bool prepares = true;
    bool for_writes = false;  // of several hosts take one that accepts writes; none does: 08006
};

class connection {
  public:
    // Connects, or throws error (08006 at the deadline). TCP keep-alive is set so that a dead peer shows within ~10 s.
    static runtime::task<std::unique_ptr<connection>> open(runtime::asio::io_context& ctx, connect_options options);
    ~connection();

    // One statement, one round trip (two on a statement's first use, where it is prepared). One query at a time per
    // connection. A deadline or a cancellation in mid-query leaves the connection broken(): drop it.
    runtime::task<rows> query(const statement& s, const parameters& p = {});
    runtime::task<rows> query(const statement& s, const parameters& p, std::chrono::milliseconds deadline);
    // Several statements of plain SQL without parameters (migrations, BEGIN); the last one's rows.
    runtime::task<rows> execute(const std::string& sql, std::chrono::milliseconds deadline);
    runtime::task<rows> execute(const std::string& sql);

    // LISTEN: waits until a notification has arrived on any channel listened to, or `limit` is over; they come in
    // order. Those that came with the answer of a query are not lost: the next call returns them.
    runtime::task<std::vector<notification>> notifications(std::chrono::milliseconds limit);

    // Those that have come already, without waiting: after a query at least all that the server had for this session
    // before it answered.
    std::vector<notification> arrived();
    // notifications(), if a task waits there, returns now; else nothing happens.
    void stop_waiting();

    bool broken() const;
    bool busy() const;  // a query is in flight, or its answer was not read to the end

  private:
    friend struct pool_state;
    connection(std::shared_ptr<exchange> e, std::chrono::milliseconds query_timeout);
    bool at_rest() const;  // nothing is in progress and no transaction is open: safe to return to the pool
    bool alive() const;    // the peer has not hung up meanwhile

    std::shared_ptr<exchange> exchange_;  // shared with the tasks suspended in it
    std::chrono::milliseconds query_timeout_;
};

}  // namespace tidings::pg
