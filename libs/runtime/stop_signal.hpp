// SIGINT and SIGTERM, a request to stop gracefully.
#pragma once

#include "runtime/task.hpp"

namespace tidings::runtime {

// Returns when the process is asked to stop (SIGINT or SIGTERM). A second signal then has its default effect: it kills.
task<> stop_requested();

}  // namespace tidings::runtime
