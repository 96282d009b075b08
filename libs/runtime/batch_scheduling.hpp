// How the kernel schedules a process that works through queues: sched(7), SCHED_BATCH.
#pragma once

namespace tidings::runtime {

// From now on a wake-up of this thread (and of threads that it starts) does not interrupt what runs on the core: many
// small messages are then worked off in batches instead of a context switch each (docs/adr/0013). Needs no privilege.
// False when the system refuses it; nothing else changes then.
bool schedule_as_batch();

}  // namespace tidings::runtime
