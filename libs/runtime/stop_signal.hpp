// SIGINT, SIGTERM and SIGHUP, a request to stop gracefully.
#pragma once

#include "runtime/task.hpp"

namespace tidings::runtime {

// Returns on SIGINT, SIGTERM, or SIGHUP unless that is ignored (nohup). A second signal then has its default effect and
// kills the process.
task<> stop_requested();

}  // namespace tidings::runtime
