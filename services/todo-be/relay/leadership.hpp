// Whether this replica leads, and how long that is certain. Pure: the lock itself is the session's
// (outbox_session.hpp).
//
// PostgreSQL ends a session that has been silent for 4 s, and with it the lock. Within 3 s of a question that was
// answered no other replica can lead; later than that, nothing may be published until the server has answered again.
#pragma once

#include <chrono>
#include <optional>

namespace tidings::todo_be {

class leadership {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // The server has answered a query sent at `asked`: the lock is held, or still held.
    void confirmed(time_point asked) { confirmed_ = asked; }
    void lost() { confirmed_.reset(); }

    bool held() const { return confirmed_.has_value(); }
    bool certain(time_point now) const;
    // When to query the server again; only while held.
    time_point confirm_at() const;

  private:
    std::optional<time_point> confirmed_;  // none: not held
};

}  // namespace tidings::todo_be
