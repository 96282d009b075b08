// How much of the time the calling thread has been at work, or would have been if it had had a core: it was not waiting
// for anything.
#pragma once

#include "runtime/task.hpp"

namespace tidings::runtime {

class thread_load {
  public:
    // 0 ... 1, since the last call; the first time a small number. Always of one thread.
    double since_last();

  private:
    duration busy_{};
    time_point asked_{};
};

}  // namespace tidings::runtime
