// fork and exec, with nothing inherited but stdin from /dev/null and the log.
#pragma once

#include "support/process.hpp"

namespace tidings::support {

// The pid of the started program, which dies with the calling thread. Throws std::runtime_error if it cannot be run.
// Called from the main thread of a test: the kernel binds PR_SET_PDEATHSIG to the thread that forked.
pid_t spawn(const process::options& o);

}  // namespace tidings::support
