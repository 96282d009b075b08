// How long a deleted to-do can be restored.
#pragma once

#include "outbox/retention.hpp"

namespace tidings::todo_be {

retention deleted_retention(std::chrono::milliseconds age);

}  // namespace tidings::todo_be
