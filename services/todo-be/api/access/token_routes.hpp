// /api/tokens: one's personal access tokens.
#pragma once

#include <functional>
#include <string>

#include "api/guarded_route.hpp"
#include "domain/account_store.hpp"
#include "http/server/router.hpp"

namespace tidings::todo_be {

class token_routes {
  public:
    // `accounts`: null where there are no users; then nothing is found. `base`: what precedes an id in a URL.
    // `on_revoked`: at once, of those revoked here. What is referred to must outlive the router that add_to() fills.
    token_routes(account_store* accounts, entry_rules entry, std::string base,
                 std::function<void(const ids::uuid&)> on_revoked = {});

    void add_to(http::router& router);

  private:
    using action = runtime::task<http::response> (token_routes::*)(http::request&);

    http::route_options options_of(body_kind body) const;
    runtime::task<http::response> make_if_allowed(http::request& r);
    runtime::task<http::response> make(http::request& r);
    runtime::task<http::response> list(http::request& r);
    runtime::task<http::response> read(http::request& r);
    runtime::task<http::response> revoke(http::request& r);

    account_store* accounts_;
    entry_rules entry_;
    std::string base_;
    std::function<void(const ids::uuid&)> on_revoked_;
};

}  // namespace tidings::todo_be
