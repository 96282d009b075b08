// What a message takes of memory.
#pragma once

#include <cstddef>

#include "bus/connection/message.hpp"

namespace tidings::bus {

// In bytes, about: subject, reply, headers and payload. Quick for messages that were received.
std::size_t size_of(const message& m);

}  // namespace tidings::bus
