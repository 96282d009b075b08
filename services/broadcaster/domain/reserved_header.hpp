// Headers of an event that are not its publisher's to set.
#pragma once

#include <string_view>

namespace tidings::broadcaster {

// Whether the name begins with "Tidings-" or "Nats-", in any case of letters.
bool is_reserved_header(std::string_view name);

}  // namespace tidings::broadcaster
