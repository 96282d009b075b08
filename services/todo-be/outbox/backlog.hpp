// How far the relay is behind, for the metrics.
#pragma once

#include <cstdint>
#include <functional>

#include "pg/pool.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

// Counting stops here and means "this many or more": after a long outage a full count would take minutes.
inline constexpr std::int64_t most_counted = 100'001;

struct outbox_backlog {
    std::int64_t pending = 0;  // at most most_counted
    double oldest_seconds = 0;
};

// Throws pg::error.
runtime::task<outbox_backlog> count_backlog(pg::pool& pool);

// Counts once a second while `leading`, else reports none, until the surrounding task is cancelled.
runtime::task<> watch_backlog(pg::pool& pool, std::function<bool()> leading,
                              std::function<void(const outbox_backlog&)> report);

}  // namespace tidings::todo_be
