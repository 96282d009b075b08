// NATS subjects with wildcards: "*" matches one token, ">" one or more at the end.
#pragma once

#include <string_view>

namespace tidings::bus {

// Whether every subject that matches `narrow` (which may have wildcards itself) also matches `wide`.
bool subject_covers(std::string_view wide, std::string_view narrow);

// Whether some subject matches both.
bool subjects_overlap(std::string_view one, std::string_view other);

// Why the subject is invalid, as readable text; empty when it is valid. Wildcards are allowed: "*" as a token, ">" as
// the last one.
std::string_view subject_problem(std::string_view subject);
std::string_view stream_name_problem(std::string_view name);

}  // namespace tidings::bus
