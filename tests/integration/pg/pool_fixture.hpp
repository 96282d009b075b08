// Pool options for tests, and borrowers.
#pragma once

#include "fixture.hpp"

namespace tidings::pg {

inline pool_options of_size(std::size_t n, const tidings::support::postgres_server& server = shared_server()) {
    pool_options o;
    o.connect = options_for(server);
    o.size = n;
    o.acquire_timeout = 10s;
    return o;
}

inline task<> step(io_context& ctx) { co_await tidings::runtime::asio::post(ctx, tidings::runtime::use_task); }

inline task<> take_turn(pool& p, int number, std::vector<int>& order) {
    auto l = co_await p.acquire();
    order.push_back(number);
    co_await l->execute("select 1");
}

// The error of one acquire and query, or none.
inline task<std::optional<error>> borrow(pool& p) {
    try {
        auto l = co_await p.acquire();
        co_await l->execute("select 1");
    } catch (const error& e) {
        co_return e;
    }
    co_return std::nullopt;
}

}  // namespace tidings::pg
