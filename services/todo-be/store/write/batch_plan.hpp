// Which waiting writes share a statement, and how long to wait for more. Pure.
#pragma once

#include <cstddef>
#include <optional>

#include "runtime/task.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

// More rows per statement gain nothing (measured), and make the first of them wait.
inline constexpr std::size_t most_rows = 64;
// A write that reaches this is the last of its statement.
inline constexpr std::size_t most_bytes = 1'000'000;

// Grows a batch from the front of the queue: the longest run of one kind, without one to-do twice (UPDATE ... FROM
// applies only one of two rows), at most `most_rows` and about `most_bytes`. A set goes alone, and so does a
// restoration.
class batch_plan {
  public:
    // True when `next`, of so many bytes, joins; false ends the batch.
    bool take(const write_request& next, std::size_t bytes = 0);
    std::size_t size() const { return size_; }

  private:
    std::size_t kind_ = 0;
    ids::uuid todos_[most_rows];
    std::size_t size_ = 0;
    std::size_t bytes_ = 0;
};

// Wait until this many writes are queued, but not longer than `limit`.
struct patience {
    std::size_t writes;
    runtime::duration limit;
};

// Clients that were just answered often return immediately. Without a short wait they would split into two halves that
// alternate, each with its own commit; the wait is a fraction of the time of such a commit. `waiting`: writes in the
// queue; `answered`: those of the last statement, which took `took`. Nothing: send the next statement now.
std::optional<patience> patience_after(std::size_t waiting, std::size_t answered, runtime::duration took);

}  // namespace tidings::todo_be
