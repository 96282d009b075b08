// The inside of a connection: libpq's handle, its socket on the loop, and what is in flight. Shared by the connection
// and by the tasks suspended in it, so that destroying a connection in any state is safe.
#pragma once

#include <libpq-fe.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <unordered_set>

#include "pg/connection.hpp"
#include "pg/conninfo.hpp"
#include "pg/deadline_watch.hpp"

namespace tidings::pg {

// libpq ends its messages with one.
std::string without_newline(std::string text);

// What the server made of one statement, read to the end.
struct answer {
    rows result;                   // the last one
    std::optional<error> failure;  // the first one
    bool plan_is_stale = false;    // failed because the prepared statement is gone or its tables have changed
};

struct connection::state : std::enable_shared_from_this<connection::state> {
    explicit state(const runtime::executor& ex);
    ~state();
    void become_watched();  // once, after make_shared

    runtime::task<> connect(const keywords& k);
    // Not as the startup parameter "options", which a pooler (PgBouncer) refuses or ignores.
    runtime::task<> apply(const std::vector<std::pair<std::string, std::string>>& settings);
    // Each sends and then reads everything that comes back. Throws error 08006 when the connection breaks or expires.
    runtime::task<> prepare(const statement& s, const parameters& p);
    runtime::task<answer> run(const statement& s, const parameters& p);
    runtime::task<answer> run(const std::string& sql);
    runtime::task<std::vector<notification>> listen();
    // Drops a prepared statement that no longer fits.
    runtime::task<> forget(const statement& s);

    bool healthy() const;  // connected, and no sign on the socket that the peer has gone
    error lost(const char* doing) const;

    std::unique_ptr<PGconn, void (*)(PGconn*)> handle;
    runtime::asio::posix::basic_stream_descriptor<runtime::executor> socket;
    std::shared_ptr<deadline_watch> deadline;
    std::unordered_set<std::string_view> prepared;  // names: literals
    std::chrono::milliseconds query_timeout{};
    bool in_use = false;  // a task is inside
    bool unread = false;  // something was sent whose answer is not read to the end
    bool broken = false;

  private:
    runtime::task<> wait(runtime::asio::posix::descriptor_base::wait_type for_what);
    runtime::task<> wait_for_either();
    runtime::task<> flush();
    runtime::task<bool> result_arrives();
    runtime::task<answer> read_answer();
    void watch_socket();
    void sent(int success);
    bool consume();
    std::vector<notification> heard();
    answer describe(std::unique_ptr<PGresult, void (*)(PGresult*)> r) const;

    // Scratch space for libpq's parallel arrays.
    std::vector<const char*> values_;
    std::vector<int> lengths_, formats_;
    std::vector<Oid> types_;
};

// A task's stay in a connection: one at a time, with a deadline. Whatever makes it leave with an answer half read
// (deadline, cancellation, a lost peer) leaves the connection broken.
class connection::visit {
  public:
    visit(state& s, std::chrono::milliseconds limit);
    ~visit();
    visit(const visit&) = delete;
    visit& operator=(const visit&) = delete;

  private:
    state& state_;
};

}  // namespace tidings::pg
