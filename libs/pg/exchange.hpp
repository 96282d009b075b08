// Statements to the server and its answers back, one at a time, over a wire. Shared by the connection and the tasks
// that are suspended in it, so that a connection may be destroyed in any state.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pg/parameters.hpp"
#include "pg/prepared_statements.hpp"
#include "pg/rows.hpp"
#include "pg/statement.hpp"
#include "pg/wire.hpp"

namespace tidings::pg {

// The server's answer to one statement, read to the end.
struct answer {
    rows result;                   // the last one
    std::optional<error> failure;  // the first one
    bool plan_is_stale = false;    // failed because the prepared statement is missing or its tables have changed
};

class exchange {
  public:
    // `prepares`: see connect_options.
    exchange(std::shared_ptr<wire> w, bool prepares);

    // A task's stay: one at a time, with a deadline. A task that leaves with an answer half read (deadline,
    // cancellation, a lost peer) leaves the connection broken. Each member below runs within one.
    class visit;

    // Not as the startup parameter "options", which a pooler (PgBouncer) refuses or ignores.
    runtime::task<> apply(const std::vector<std::pair<std::string, std::string>>& settings);
    // Each sends and then reads the whole reply. Throws the server's error, or 08006 when the connection breaks or the
    // deadline passes. Prepares the statement if it is not prepared, or no longer; of too many the one used least
    // recently is dropped.
    runtime::task<rows> query(const statement& s, const parameters& p);
    runtime::task<rows> execute(const std::string& sql);
    // Waits for notifications; none at the deadline.
    runtime::task<std::vector<notification>> notifications();
    // These two need no stay. Those that were read already; notifications() returns, if a task waits there.
    std::vector<notification> arrived();
    void stop_waiting();

    // The connection goes away: a task that is suspended here fails.
    void abandon();

    bool broken() const { return broken_ || !wire_->connected(); }
    bool busy() const { return in_use_ || unread_; }
    bool at_rest() const;  // nothing is in progress and no transaction is open
    bool healthy() const { return !broken_ && wire_->healthy(); }

  private:
    runtime::task<> prepare(const statement& s, const parameters& p);
    // Drops a prepared statement.
    runtime::task<> forget(std::string name);
    void take_values(const parameters& p);
    runtime::task<answer> run(const statement& s, const parameters& p);
    runtime::task<answer> run_unprepared(const statement& s, const parameters& p);
    runtime::task<answer> run(const std::string& sql);
    runtime::task<> flush();
    runtime::task<bool> result_arrives();
    runtime::task<bool> listen();
    runtime::task<answer> read_answer();
    void sent(int success);
    bool consume();

    std::shared_ptr<wire> wire_;
    const bool prepares_;
    prepared_statements prepared_;
    bool in_use_ = false;  // a task is inside
    bool unread_ = false;  // something was sent whose answer is not read to the end
    bool broken_ = false;
    bool listening_ = false;  // a task waits for notifications
    bool stopped_ = false;    // it is to return

    // Scratch space for libpq's parallel arrays.
    std::vector<const char*> values_;
    std::vector<int> lengths_, formats_;
    std::vector<Oid> types_;
};

class exchange::visit {
  public:
    // Throws error 08006 when the connection is broken, std::logic_error when another task is inside.
    visit(exchange& e, std::chrono::milliseconds limit);
    ~visit();
    visit(const visit&) = delete;
    visit& operator=(const visit&) = delete;

  private:
    exchange& exchange_;
};

}  // namespace tidings::pg
