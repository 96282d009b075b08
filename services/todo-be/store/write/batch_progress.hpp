// What of a batch is still to be tried, after which pause, and what has failed for good. Pure.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "pg/error.hpp"
#include "runtime/task.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

enum class next_step {
    retry,  // a conflict with another session: the same statement again
    split,  // one of the rows is bad: each half again, so that its neighbours do not suffer
    fail,   // not recoverable: fail every write of the statement
};

// A deadlock or a serialization failure.
bool is_conflict(std::string_view sqlstate);

// `tries`: how often this statement has failed with a conflict, this time included.
next_step after_failure(std::string_view sqlstate, std::size_t writes, unsigned tries);

class batch_progress {
  public:
    explicit batch_progress(std::vector<queued_write*> batch);

    bool done() const { return portions_.empty(); }
    // The unsettled writes of the next statement. Pre: !done().
    std::span<queued_write* const> next() const { return portions_.back().writes; }

    // The statement of next() was executed. A write that it left open lost to another replica: it is tried again, and
    // fails with store_unavailable after many rounds.
    void executed();

    struct failure {
        next_step step;
        runtime::duration pause;  // before next()
    };
    // It failed. What it settled before stays so; on next_step::fail the other writes get the failure. `chance` in
    // [0, 1) spreads the pauses of replicas that are in each other's way.
    failure failed(const pg::error& why, double chance);

  private:
    struct portion {
        std::vector<queued_write*> writes;
        unsigned conflicts = 0;
        unsigned rounds = 0;
    };

    portion take_unsettled();
    next_step requeue_or_fail(portion p, const pg::error& why);
    void split(portion p);

    std::vector<portion> portions_;  // the last is the next
};

}  // namespace tidings::todo_be
