// Bearer tokens in requests, and what is answered where they do not suffice (RFC 6750).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "domain/scope.hpp"
#include "http/message/request.hpp"
#include "http/message/response.hpp"

namespace tidings::todo_be {

struct no_token {};
struct not_a_token {
    std::string why;
};
// Of the header Authorization. A view of the request's.
std::variant<std::string_view, no_token, not_a_token> bearer_of(const http::request& r);

// 401: none was sent, and so nothing is wrong with it.
http::content token_missing();
// 401. `why`: for people; what may not be in the header is left out of it.
http::content token_invalid(std::string_view why);
// 403.
http::content scope_missing(scope needed);

}  // namespace tidings::todo_be
