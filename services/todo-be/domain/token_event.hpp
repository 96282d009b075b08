// The event of an administrative act: that somebody made a token, or revoked one. It is for its user, and for whoever
// audits; it has nothing by which the token could be used.
#pragma once

#include <string>

#include "domain/account_store.hpp"
#include "domain/todo_event.hpp"

namespace tidings::todo_be {

enum class token_act { created, revoked };

// As the API shows it.
void append_json(std::string& out, const access_token& t);

// Of the type io.tidings.token.{created,revoked}.v1; its subject is the token's id, its sequence 1 or 2.
todo_event make_event(token_act act, const access_token& t, user_id owner, const trace_context& trace);

}  // namespace tidings::todo_be
