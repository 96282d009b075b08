// Ending a server that works with child processes.
#pragma once

#include "support/process.hpp"

namespace tidings::support {

// SIGKILL to `root` and its direct children at one moment, as a power cut would; returns when all are gone.
void kill_with_children(process& root);

// A zombie counts as gone: in a container it may never be reaped.
bool gone(pid_t pid);

}  // namespace tidings::support
