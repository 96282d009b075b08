// The deadline of a connection's current operation, without a timer operation for each query: while one is in
// progress, a single timer checks the clock (at the deadline itself, else every 250 ms); otherwise it is idle.
#pragma once

#include <functional>
#include <memory>

#include "runtime/task.hpp"

namespace tidings::pg {

class deadline_watch : public std::enable_shared_from_this<deadline_watch> {
  public:
    // `on_expiry` is called on the loop, at most once for each start(). Owned by a shared_ptr: a timer may still be
    // pending.
    deadline_watch(const runtime::executor& ex, std::function<void()> on_expiry);

    void start(runtime::time_point until);
    void stop() { watching_ = false; }
    // The deadline given last was reached before stop().
    bool expired() const { return expired_; }

    // Never calls on_expiry again; for the owner's destructor.
    void abandon();

  private:
    void look();
    void look_again_at(runtime::time_point at);

    runtime::steady_timer timer_;
    std::function<void()> on_expiry_;
    runtime::time_point until_;
    bool watching_ = false;
    bool pending_ = false;  // a wait on timer_ is pending
    bool expired_ = false;
};

}  // namespace tidings::pg
