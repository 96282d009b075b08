// Rows that are deleted when they have reached an age.
#pragma once

#include "outbox/retention.hpp"

namespace tidings::todo_be {

// How long an Idempotency-Key keeps its first answer.
retention key_retention(std::chrono::milliseconds age);
// How long a deleted to-do can be restored.
retention deleted_retention(std::chrono::milliseconds age);
// How long a token that has expired is remembered.
retention token_retention(std::chrono::milliseconds age);
// How long the to-dos of a deleted list are still there, and then the list itself.
retention list_todo_retention(std::chrono::milliseconds age);
retention list_retention(std::chrono::milliseconds age);

}  // namespace tidings::todo_be
