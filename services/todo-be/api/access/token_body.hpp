// The body of POST /api/tokens.
#pragma once

#include <string_view>

#include "domain/account_store.hpp"

namespace tidings::todo_be {

// A name, at least one scope and an end: no token lives longer than a year, and none gives what the one who asks does
// not have. Fails as read_document does, with body_not_object, or with token_invalid and `wrong` filled.
result<token_terms> read_token_terms(std::string_view body, const request_access& by, ids::timestamp now,
                                     violations& wrong);

}  // namespace tidings::todo_be
