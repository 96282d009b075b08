// Where cnats' messages wait to be freed together: each natsMsg_Destroy on its own may wake the library's collector thread.
#pragma once

#include <cstddef>

struct __natsMsg;

namespace tidings::bus {

// Takes the message; frees this thread's batch when it is full.
void bury(__natsMsg* m);

// Frees what this thread has buried so far (for a quiet moment). Returns how many there were.
std::size_t empty_graveyard();

}  // namespace tidings::bus
