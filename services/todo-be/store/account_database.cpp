#include "store/account_database.hpp"

#include <chrono>
#include <utility>

#include "domain/todo_store.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t connections = 2;

pg::pool_options sized(pg::pool_options options, std::size_t size) {
    options.size = size;
    return options;
}

}  // namespace

account_database::account_database(runtime::asio::io_context& ctx, const pg::pool_options& options,
                                   std::function<bool()> ready)
    : ready_(std::move(ready)), pool_(ctx, sized(options, connections)), watch_(ctx, sized(options, 1)) {}

// After a restart of the server each idle connection is dead, which only a statement reveals.
runtime::task<pg::rows> account_database::read(const pg::statement& s, pg::parameters p) {
    return query(pool_, s, std::move(p), connections + 1);
}

runtime::task<pg::rows> account_database::write(const pg::statement& s, pg::parameters p) {
    return query(pool_, s, std::move(p), 1);
}

runtime::task<pg::rows> account_database::watch(const pg::statement& s, pg::parameters p) {
    return query(watch_, s, std::move(p), 2);
}

runtime::task<pg::rows> account_database::query(pg::pool& pool, const pg::statement& s, pg::parameters p,
                                                std::size_t tries) {
    if (!ready_()) throw store_unavailable("starting");
    const auto begin = std::chrono::steady_clock::now();
    for (;;) {
        try {
            auto connection = co_await pool.acquire();
            co_return co_await connection->query(s, p);
        } catch (const pg::error& e) {
            if (!e.unavailable() && !e.refused()) throw;
            const bool quickly = std::chrono::steady_clock::now() - begin < 1s;
            if (--tries == 0 || !quickly) throw store_unavailable(e.what());
        }
    }
}

}  // namespace tidings::todo_be
