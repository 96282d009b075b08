// The way to what is asked of the primary: users, tokens and shared lists, where what was just revoked is gone.
#pragma once

#include <functional>

#include "pg/pool.hpp"

namespace tidings::todo_be {

class account_database {
  public:
    // `options`: to the primary; the size is its own. `ready`: whether the schema is there; until then every call
    // throws store_unavailable.
    account_database(runtime::asio::io_context& ctx, const pg::pool_options& options, std::function<bool()> ready);

    // Throw pg::error, and store_unavailable.
    runtime::task<pg::rows> read(const pg::statement& s, pg::parameters p);
    // Once: it may have happened when it fails.
    runtime::task<pg::rows> write(const pg::statement& s, pg::parameters p);
    // Of what is asked again and again: those who guess tokens must not delay it.
    runtime::task<pg::rows> watch(const pg::statement& s, pg::parameters p);

  private:
    runtime::task<pg::rows> query(pg::pool& pool, const pg::statement& s, pg::parameters p, std::size_t tries);

    std::function<bool()> ready_;
    pg::pool pool_, watch_;
};

}  // namespace tidings::todo_be
