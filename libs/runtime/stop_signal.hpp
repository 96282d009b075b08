// SIGINT and SIGTERM, a request to stop gracefully.
#pragma once

#include "runtime/task.hpp"

namespace tidings::runtime {

// Returns on SIGINT or SIGTERM. A second signal then has its default effect and kills the process.
task<> stop_requested();

}  // namespace tidings::runtime
