// Forgets what is old enough: events that were published, and answers to Idempotency-Keys. Only the leading replica
// does.
#pragma once

#include <chrono>
#include <functional>

#include "pg/pool.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

struct retention_options {
    std::chrono::milliseconds events = std::chrono::hours(24 * 30);
    std::chrono::milliseconds idempotency_keys = std::chrono::hours(24 * 30);
    std::chrono::milliseconds every = std::chrono::minutes(1);
};

// Until the surrounding task is cancelled. Deletes in small batches, so that no write waits for it.
runtime::task<> keep_retention(pg::pool& pool, retention_options options, std::function<bool()> leading);

}  // namespace tidings::todo_be
