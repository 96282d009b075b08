// What stands between us and PostgreSQL: PgBouncer and its like may give each transaction another session. Prepared
// statements, LISTEN and advisory locks then end up in sessions of strangers.
#pragma once

#include "pg/connection.hpp"

namespace tidings::pg {

// Throws error (08004) when two of our connections turn out to share sessions, else whatever connecting throws. It is
// seen for certain when nothing else uses the pooler, and nearly always otherwise. Changes nothing in the sessions.
runtime::task<> refuse_shared_sessions(runtime::asio::io_context& ctx, connect_options options);

}  // namespace tidings::pg
