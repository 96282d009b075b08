// Which waiting writes share a statement, and what to do when it fails. Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "domain/todo.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

// More rows per statement gain nothing (measured), and make the first of them wait.
inline constexpr std::size_t most_rows = 64;

// What the plan needs to know of a waiting write.
struct batch_candidate {
    write_kind kind;
    ids::uuid id;
};

// Grows a batch from the front of the queue: the longest run of one kind, without one to-do twice (UPDATE ... FROM
// applies only one of two rows), at most `most_rows`.
class batch_plan {
  public:
    // True when `next` joins; false ends the batch.
    bool take(const batch_candidate& next);
    std::size_t size() const { return size_; }

  private:
    write_kind kind_ = write_kind::create;
    ids::uuid ids_[most_rows];
    std::size_t size_ = 0;
};

enum class next_step {
    retry,  // a conflict with another session: the same statement again
    split,  // one of the rows is bad: each half again, so that its neighbours do not suffer
    fail,   // nobody can help: every write of the statement fails
};
// A deadlock or a serialization failure.
bool is_conflict(std::string_view sqlstate);

// `tries`: how often this statement has failed with a conflict, this time included.
next_step after_failure(std::string_view sqlstate, std::size_t writes, unsigned tries);

}  // namespace tidings::todo_be
