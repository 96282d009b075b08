#include "runtime/batch_scheduling.hpp"

#include <sched.h>

namespace tidings::runtime {

bool schedule_as_batch() {
    const sched_param no_priority{};
    return ::sched_setscheduler(0, SCHED_BATCH, &no_priority) == 0;
}

}  // namespace tidings::runtime
