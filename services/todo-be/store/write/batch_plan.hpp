// Which waiting writes share a statement, and how long to wait for more. Pure.
#pragma once

#include <cstddef>
#include <optional>

#include "runtime/task.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

// More rows per statement gain nothing (measured), and make the first of them wait.
inline constexpr std::size_t most_rows = 64;

// Grows a batch from the front of the queue: the longest run of one kind, without one to-do twice (UPDATE ... FROM
// applies only one of two rows), at most `most_rows`. A set goes alone.
class batch_plan {
  public:
    // True when `next` joins; false ends the batch.
    bool take(const write_request& next);
    std::size_t size() const { return size_; }

  private:
    std::size_t kind_ = 0;
    ids::uuid todos_[most_rows];
    std::size_t size_ = 0;
};

// Until so many writes wait, but not longer than `limit`.
struct patience {
    std::size_t writes;
    runtime::duration limit;
};

// Clients that were just answered often come back immediately. Without a moment's patience they would fall into two
// halves that take turns, each with its own commit; the patience is a fraction of what such a commit takes. `waiting`:
// writes in the queue; `answered` in the last statement, which took `took`. Nothing: send the next statement now.
std::optional<patience> patience_after(std::size_t waiting, std::size_t answered, runtime::duration took);

}  // namespace tidings::todo_be
