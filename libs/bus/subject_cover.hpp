// NATS subjects with wildcards: "*" stands for one token, ">" for one or more at the end.
#pragma once

#include <string_view>

namespace tidings::bus {

// Whether every subject that matches `narrow` (which may hold wildcards itself) also matches `wide`.
bool subject_covers(std::string_view wide, std::string_view narrow);

}  // namespace tidings::bus
