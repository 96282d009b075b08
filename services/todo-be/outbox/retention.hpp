// Deletes rows that have reached their age, on the leading replica only.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "pg/pool.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

// The maximum rows per statement, so that no write waits long for it; fewer deleted means none of that age are left.
inline constexpr std::uint64_t retention_batch = 1'000;

struct retention {
    pg::statement delete_batch;  // of rows older than $1 milliseconds
    std::chrono::milliseconds age;
};

// Events older than `age` that are not in the outbox.
retention event_retention(std::chrono::milliseconds age);

// Applies each rule after every `interval` while `leading`, until the surrounding task is cancelled. Errors are logged.
runtime::task<> keep_retention(pg::pool& pool, std::vector<retention> rules, std::chrono::milliseconds interval,
                               std::function<bool()> leading);

}  // namespace tidings::todo_be
