// Name resolution off the loop: libpq's own would block it for as long as the name servers do not answer.
#pragma once

#include "pg/conninfo.hpp"

namespace tidings::pg {

// Looks up every host of `k` that is a name and writes what was found into it. Throws error 08006 at `until`, 08001
// when no host has an address.
runtime::task<> resolve_hosts(keywords& k, runtime::time_point until);

}  // namespace tidings::pg
