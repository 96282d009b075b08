// Detects poolers in front of PostgreSQL: PgBouncer and the like may give each transaction another session. Prepared
// statements, LISTEN and advisory locks then end up in other clients' sessions.
#pragma once

#include "pg/connection.hpp"

namespace tidings::pg {

// Throws error (08004) when two connections turn out to share sessions, or whatever connecting throws. Detection is
// certain when nothing else uses the pooler, and nearly so otherwise. Leaves the sessions unchanged.
runtime::task<> refuse_shared_sessions(runtime::asio::io_context& ctx, connect_options options);

}  // namespace tidings::pg
