// The tasks that belong to one owner, so that the owner can ask them to stop and wait until they have.
//
// A task that ends with an exception other than a cancellation ends the process: the exception is rethrown out of
// io_context::run(), where main reports it. Nothing dies silently.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <cstddef>
#include <list>

#include "runtime/task.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::runtime {

class task_group {
  public:
    explicit task_group(const executor& ex);
    // All tasks must have ended, or the loop must never run again.
    ~task_group() = default;
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    // Starts `t`; the group keeps it alive until it ends. Cancelled before its first step, it takes none.
    void spawn(task<> t);

    // Asks every running task to stop: what it awaits fails with operation_aborted. Tasks spawned later are not
    // affected.
    void cancel();

    // Waits until no task runs, at most `limit`. True when none runs any more.
    task<bool> wait(duration limit);

    std::size_t size() const { return size_; }

  private:
    struct entry {
        asio::cancellation_signal signal;
        bool started = false;
        bool cancelled = false;  // before it started
        bool ended = false;
    };

    static task<> run(entry& self, task<> t);
    void end(std::list<entry>::iterator task);

    executor ex_;
    std::list<entry> entries_;
    std::size_t size_ = 0;     // entries that have not ended
    unsigned cancelling_ = 0;  // calls of cancel() that walk over the entries just now
    wakeup ended_;
};

}  // namespace tidings::runtime
