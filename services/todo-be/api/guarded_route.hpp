// What all routes under /api share: who may ask, which bodies are taken, and what is answered while the store is away.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/account_store.hpp"
#include "domain/scope.hpp"
#include "http/server/cors.hpp"
#include "http/server/router.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

enum class body_kind { none, json, patch };
// json: whoever does not take that is refused (406). own: the handler looks at Accept.
enum class answer_kind { json, own };

inline constexpr const char* no_lists = "There are no lists: IDENTITY is off.";
inline constexpr const char* accepted_bodies = "application/json";
inline constexpr const char* accepted_patches =
    "application/merge-patch+json, application/json, application/json-patch+json";

// Refuses what a page of another site would change (403): a form needs no preflight, and a proxy may add the token.
// Pages of `origins` may.
http::guard refuse_other_sites(http::cors_options origins);

// What all routes ask first: guards, and then, where there are users, who it is and whether that one has the scope.
struct entry_rules {
    std::vector<http::guard> guards = {};
    std::function<http::admission(scope needed)> admission = {};  // empty: whoever passes the guards may do everything
    std::function<http::admission(scope needed)> list_admission = {};  // the same for a shared list
    // Of who was let in, again, when the body is there: before a to-do is changed.
    std::function<http::admission(scope needed)> confirmation = {};
    account_store* accounts = nullptr;  // where to ask whether a right still holds; null: rights do not end
};

http::route_options guarded(const entry_rules& entry, scope needed, body_kind kind,
                            answer_kind answer = answer_kind::json);

// Adds a route of one's own to-dos, "/todos" below /api, and the same of a shared list, below /api/lists/{list}. There
// `list` says whom to let in; where there are no users nobody is a member of any (404).
void add_for_owners(http::router& router, const entry_rules& entry, http::method m, const std::string& below,
                    http::handler h, http::route_options o, const http::admission& list);
void add_for_owners(http::router& router, const entry_rules& entry, http::method m, const std::string& below,
                    http::handler h, http::route_options o, scope needed);
// OPTIONS of both.
void add_options(http::router& router, const std::string& below, const http::handler& h);
// Behind what `entry` asks first: 404 with `detail`.
void refuse_without_users(const entry_rules& entry, http::route_options& o, const char* detail);

// An answer to OPTIONS that also says which bodies are taken (RFC 5789, 3.1; Accept-Post is W3C's LDP, 7.1).
http::handler options(const char* allowed, const char* accept, const char* types);

// A body that is understood is not kept while its write waits: of what waits, the store counts the bytes.
void drop_body(http::request& r);

// The answer, or 503 when the store is not available.
runtime::task<http::response> when_available(runtime::task<http::response> answer, http::request& r);

}  // namespace tidings::todo_be
