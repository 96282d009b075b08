// Stops a server that has child processes.
#pragma once

#include "support/process.hpp"

namespace tidings::support {

// SIGKILL to `root` and its direct children at once, like a power cut; returns when all have ended.
void kill_with_children(process& root);

// A zombie counts as ended: in a container it may never be reaped.
bool gone(pid_t pid);

}  // namespace tidings::support
