// The loop of a program, whose tasks refer to what is made after it.
#pragma once

#include "runtime/task.hpp"

namespace tidings::runtime {

class main_loop : public asio::io_context {
  public:
    main_loop() : io_context(1) {}

    // Once, as run() of run.hpp. Then no task is left: those that have not ended are destroyed before it returns or
    // throws, while all that they refer to is still there. The loop's own destructor would be too late for that.
    void run_all(task<> t);
};

}  // namespace tidings::runtime
