// A status message as a server would send it.
#pragma once

#include <string>

#include "bus/connection/connection.hpp"

namespace tidings::bus {

message make_status(const std::string& subject, const char* status);

}  // namespace tidings::bus
