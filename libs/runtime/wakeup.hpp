// "Something has changed, look again": one task waits, any other on the loop notifies.
//
// A notification without a waiter is remembered, and many count as one. One waiter at a time.
#pragma once

#include "runtime/task.hpp"

namespace tidings::runtime {

class wakeup {
  public:
    explicit wakeup(const executor& ex) : timer_(ex) {}

    // Wakes the waiter, or makes the next wait return immediately. Call on the loop's thread.
    void notify();

    // Waits for a notification, at most `limit`. True when notified, false at the limit.
    // Throws system_error(operation_aborted) when the surrounding task is cancelled.
    task<bool> wait(duration limit);

  private:
    steady_timer timer_;
    bool notified_ = false;
};

}  // namespace tidings::runtime
