// One task as the whole work of a program.
#pragma once

#include "runtime/task.hpp"

namespace tidings::runtime {

// Runs `loop` until `t` has ended, or something else stops the loop; what `t` throws comes out. Other tasks of the
// loop are left where they are.
void run(asio::io_context& loop, task<> t);

}  // namespace tidings::runtime
