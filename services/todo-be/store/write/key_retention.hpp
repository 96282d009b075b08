// How long an Idempotency-Key keeps its first answer.
#pragma once

#include "outbox/retention.hpp"

namespace tidings::todo_be {

retention key_retention(std::chrono::milliseconds age);

}  // namespace tidings::todo_be
