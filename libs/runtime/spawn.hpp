// Tasks that nobody waits for.
#pragma once

#include "runtime/task.hpp"

namespace tidings::runtime {

// Runs `t` on the loop. What it throws is thrown out of the loop's run(), and ends the process: a task that has ended
// unseen would be missed much later. To be cancelled, a task belongs into a task_group.
void spawn(const executor& ex, task<> t);

}  // namespace tidings::runtime
