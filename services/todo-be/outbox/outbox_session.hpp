// The relay's session with PostgreSQL. It holds the advisory lock that makes its owner the leading relay, and all
// access to the outbox goes through it: each reply proves that the lead is still held.
//
// The server ends a session that is silent for 4 s (a frozen process, a network failure), so that another can lead.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "domain/todo_event.hpp"
#include "pg/connection.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

class outbox_session {
  public:
    // All members throw pg::error: then drop the session.
    static runtime::task<std::unique_ptr<outbox_session>> open(runtime::asio::io_context& ctx,
                                                               pg::connect_options options);

    // The highest seq assigned before the lock was taken; none: another session holds it.
    runtime::task<std::optional<std::int64_t>> try_lead();
    // The `limit` oldest entries that are not among `held`, in order; none after the one whose payload makes the sum
    // reach `bytes`.
    runtime::task<std::vector<outbox_event>> read(std::vector<std::int64_t> held, std::int64_t limit,
                                                  std::int64_t bytes);
    runtime::task<> clear(std::vector<std::int64_t> seqs);
    // Only proves that the lead is held.
    runtime::task<> confirm();

    // When the last question was sent that the server has replied to.
    std::chrono::steady_clock::time_point confirmed() const { return confirmed_; }

  private:
    explicit outbox_session(std::unique_ptr<pg::connection> connection);
    runtime::task<pg::rows> query(const pg::statement& s, pg::parameters p, std::chrono::milliseconds limit);

    std::unique_ptr<pg::connection> connection_;
    std::chrono::steady_clock::time_point confirmed_;
};

}  // namespace tidings::todo_be
