// When the operator's tokens end, for the metrics: todo-cron and other programs stop on that day.
#pragma once

#include <functional>

#include "pg/pool.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

// The earliest end, in seconds since the epoch, of those tokens of the first user that are not over and were made for
// more than 30 days; 0: there is none. Throws pg::error.
runtime::task<double> next_token_end(pg::pool& pool);

// Asks once a minute while `leading`, else reports none, until the surrounding task is cancelled.
runtime::task<> watch_token_end(pg::pool& pool, std::function<bool()> leading, std::function<void(double)> report);

}  // namespace tidings::todo_be
