// Who asks, by the bearer token of each request, and whether that one may. One class knows all kinds of tokens:
// personal access tokens, those of an identity provider, and API_TOKEN.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "api/access/known_credentials.hpp"
#include "api/access/known_roles.hpp"
#include "api/access/shared_looks.hpp"
#include "api/rate_guard.hpp"
#include "domain/account_store.hpp"
#include "http/server/route.hpp"
#include "identity/verifier.hpp"

namespace tidings::todo_be {

struct doorkeeper_options {
    std::string api_token;                   // speaks for the default user, without limits; empty: none does
    identity::verifier* provider = nullptr;  // of tokens that are not ours; null: there are no others
    std::optional<rate_limiter> limiter = {};
};

class doorkeeper {
  public:
    // What the options refer to and `accounts` must outlive it.
    doorkeeper(account_store& accounts, doorkeeper_options options);

    // Refuses requests without a token before anything is awaited: 401.
    http::guard ask_for_token();
    // Sets who asks in the request's context; else 401, 403 (without the scope), 429, 503.
    http::admission admission(scope needed);
    // The same for a list, of which the path's {list} says the id: sets it in the context; else 404 to who is no
    // member, 403 to a member without the role that the scope needs there.
    http::admission list_admission(scope needed);
    // Of one who was let in, whether that one still may: a body may come so slowly that a token is revoked, or a member
    // removed, meanwhile. Counts nothing but a token that is none.
    http::admission confirmation(scope needed);
    // The same as admission() by a link with ?secret=, which is a token with the scope `calendar` and no other, or
    // `secret`, which speaks for the default user (empty: nothing does); else 403.
    http::admission admission_by_link(std::string secret, bool of_list = false);

    // A token was revoked here.
    void forget(const ids::uuid& token) { known_.forget(token.str()); }
    // Members of a list were changed here.
    void forget(user_id list) { roles_.forget(list); }

  private:
    using verified = std::variant<request_access, http::content>;
    runtime::task<std::optional<http::response>> admit(http::request& r, scope needed);
    runtime::task<std::optional<http::response>> admit_to_list(http::request& r, scope needed);
    runtime::task<std::optional<http::response>> enter_list(http::request& r, scope needed);
    runtime::task<std::optional<http::response>> confirm(http::request& r, scope needed);
    runtime::task<std::optional<http::response>> admit_link(http::request& r, std::string secret);
    runtime::task<std::optional<http::response>> admit_link_to_list(http::request& r, std::string secret);
    runtime::task<verified> know(http::request& r, std::string token);
    runtime::task<verified> verify_and_keep(std::string token, token_hash hash,
                                            known_credentials::clock::time_point asked);
    runtime::task<verified> verify(std::string token, token_hash hash);
    runtime::task<verified> ask_provider(std::string token);
    std::optional<http::response> enter(http::request& r, request_access access);
    std::optional<http::response> count_failure(http::request& r) const;

    account_store& accounts_;
    doorkeeper_options options_;
    known_credentials known_;
    shared_looks<token_hash, verified, known_credentials::first_bytes> under_way_;
    known_roles roles_;
};

}  // namespace tidings::todo_be
