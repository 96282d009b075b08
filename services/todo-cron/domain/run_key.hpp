// The name of a run: the same for every try of the same scheduled hour, so that a rerun adds nothing.
#pragma once

#include <string>

#include "ids/timestamp.hpp"

namespace tidings::todo_cron {

// "todo-cron-2026-01-31T12", in UTC: the Idempotency-Key of the request.
std::string run_key(ids::timestamp scheduled);

}  // namespace tidings::todo_cron
