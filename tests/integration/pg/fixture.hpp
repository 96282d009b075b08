// A loop that runs one coroutine to its end, and a PostgreSQL shared by tests that do not disturb it.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "pg/connection.hpp"
#include "pg/pool.hpp"
#include "runtime/run.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

namespace tidings::pg {

using namespace std::chrono_literals;
using runtime::task;
using runtime::asio::io_context;

// `body`: a callable that returns task<>; it lives until the task ends, so it may capture.
template <class Body>
void run(io_context& ctx, Body body) {
    runtime::run(ctx, body());
    ctx.restart();
}

// Started at first use, stopped when the program ends. Tests that stop or kill it start their own.
inline support::postgres_server& shared_server() {
    static support::postgres_server server;
    return server;
}

inline connect_options options_for(const support::postgres_server& server) {
    connect_options o;
    o.conninfo = server.url();
    return o;
}

inline task<std::unique_ptr<connection>> connect(io_context& ctx) {
    return connection::open(ctx, options_for(shared_server()));
}

// The pg::error thrown by `t`; fails the test if there is none.
template <class T>
task<error> error_of(task<T> t) {
    try {
        co_await std::move(t);
    } catch (const error& e) {
        co_return e;
    }
    FAIL("no pg::error was thrown");
    throw std::logic_error("unreachable");
}

}  // namespace tidings::pg
