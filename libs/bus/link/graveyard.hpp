// Where cnats' messages wait to be freed together: each natsMsg_Destroy on its own may wake the library's collector
// thread.
#pragma once

struct __natsMsg;

namespace tidings::bus {

// This thread has received a message, which it will bury one day.
void expect_burial();

// Takes the message; frees this thread's batch when it is full.
void bury(__natsMsg* m);

// Frees what this thread has buried so far (for a quiet moment). True when it still holds messages that it will bury.
bool empty_graveyard();

}  // namespace tidings::bus
