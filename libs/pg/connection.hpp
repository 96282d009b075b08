// One connection to PostgreSQL, asynchronous on the event loop: libpq behind a small face.
//
// Errors: pg::error is thrown for everything the server or the network reports. `sqlstate` tells them apart.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/task.hpp"

struct pg_result;  // libpq's PGresult
namespace tidings::pg {

struct error : std::runtime_error {
    error(std::string state, const std::string& what) : std::runtime_error(what), sqlstate(std::move(state)) {}
    std::string sqlstate;  // five characters; "08006" for whatever breaks the connection, a deadline included

    // Class 08, 57P01..57P03 (shutdown, crash, starting), 53 (out of resources), 57014 and 55P03 (a statement or a lock
    // took too long), 25006 (read-only), 26000 and 42P05 (a pooler that shares prepared statements): the world is
    // broken, try again later.
    bool unavailable() const;
    // 08004: the server is there and says no to who asks or for what: a wrong password, no such user or database, a
    // pooler without sessions. That takes a person to mend; but to a request it is unavailable() like any other.
    bool refused() const { return sqlstate == "08004"; }
};

// Why libpq can never connect with these settings; empty when it may. Shows no part of them but the name of an option.
std::string conninfo_problem(const std::string& conninfo);
// "host:port/database", several hosts with commas between them; without user and password. For a log.
std::string conninfo_target(const std::string& conninfo);

// Text keeps PostgreSQL's text format; the arrays are sent in binary, for `unnest`.
class parameters {
  public:
    parameters& text(std::string_view value);
    parameters& null();
    parameters& integer(std::int64_t value);
    parameters& uuid(const std::array<std::uint8_t, 16>& value);
    // Arrays, one element a row. A nullopt element is NULL.
    parameters& texts(std::span<const std::optional<std::string_view>> values);
    parameters& texts(std::span<const std::string_view> values);
    parameters& uuids(std::span<const std::array<std::uint8_t, 16>> values);
    parameters& integers(std::span<const std::int64_t> values);
    parameters& integers(std::span<const std::optional<std::int64_t>> values);
    parameters& booleans(std::span<const bool> values);
    // Microseconds since the Unix epoch, as timestamptz[].
    parameters& timestamps(std::span<const std::optional<std::int64_t>> values);
    std::size_t size() const;

  private:
    friend class connection;
    struct value {
        std::string bytes;
        unsigned oid;  // 0: the server infers it
        int format;    // 0 text, 1 binary
        bool is_null;
    };
    std::vector<value> values_;
};

// The rows of one answer, in text format. Move-only.
class rows {
  public:
    rows() = default;
    explicit rows(pg_result* r) : result_(r) {}
    std::size_t size() const;
    bool empty() const { return size() == 0; }
    // For INSERT/UPDATE/DELETE: how many rows it touched.
    std::uint64_t affected() const;
    bool is_null(std::size_t row, std::size_t column) const;
    std::string_view text(std::size_t row, std::size_t column) const;  // "" for NULL; valid as long as *this
    std::int64_t integer(std::size_t row, std::size_t column) const;   // throws error when it is none
    bool boolean(std::size_t row, std::size_t column) const;           // "t" is true

  private:
    struct clear {
        void operator()(pg_result* r) const;
    };
    std::unique_ptr<pg_result, clear> result_;
};

// A statement with a name of its own: prepared on a connection at its first use there. SQL and name are literals.
struct statement {
    const char* name;
    const char* sql;
};

struct connect_options {
    std::string conninfo;  // libpq's: "host=... dbname=..." or "postgresql://..."; never logged
    std::string application_name = "tidings";
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds query_timeout{5'000};  // default deadline of every query
    // Server settings of the session, such as {"idle_session_timeout", "3000"}.
    std::vector<std::pair<std::string, std::string>> settings;
    bool for_writes = false;  // of several hosts take one that accepts writes; none does: 08006
};

class connection {
  public:
    // Connects, or throws error (08006 at the deadline). TCP keep-alive is set so that a dead peer shows within ~10 s.
    static runtime::task<std::unique_ptr<connection>> open(runtime::asio::io_context& ctx, connect_options options);
    ~connection();

    // One statement, one round trip (two on a statement's first use). One query at a time per connection. A deadline or
    // a cancellation in mid-query leaves the connection broken(): drop it.
    runtime::task<rows> query(const statement& s, const parameters& p = {});
    runtime::task<rows> query(const statement& s, const parameters& p, std::chrono::milliseconds deadline);
    // Several statements of plain SQL without parameters (migrations, BEGIN); the last one's rows.
    runtime::task<rows> execute(const std::string& sql, std::chrono::milliseconds deadline);
    runtime::task<rows> execute(const std::string& sql);

    // LISTEN: waits until a notification has arrived on any channel listened to, or `limit` is over; the payloads in
    // order, as (channel, payload). Notifications that came with the answer of a query are not lost: the next call
    // returns them.
    struct notification {
        std::string channel, payload;
    };
    runtime::task<std::vector<notification>> notifications(std::chrono::milliseconds limit);

    bool broken() const;
    bool busy() const;  // a query is in flight, or its answer was not read to the end

  private:
    friend struct pool_state;
    struct state;
    class visit;
    explicit connection(std::shared_ptr<state> s);
    bool at_rest() const;           // nothing is under way, and no transaction is open: fit for another borrower
    bool alive() const;             // the peer has not hung up meanwhile
    std::shared_ptr<state> state_;  // shared with the tasks suspended in it
};

}  // namespace tidings::pg
