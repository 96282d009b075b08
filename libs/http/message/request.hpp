// A request as handlers see it: plain, without Beast. RFC 9110.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context/request_context.hpp"
#include "http/message/body_stream.hpp"
#include "http/message/method.hpp"

namespace tidings::http {

// One request, complete with its body unless its route streams it. Valid as long as the handler runs; handlers may move
// from `body`.
struct request {
    http::method method = method::other;
    std::string target;  // as received: "/api/todos?limit=20"
    std::string path;    // percent-decoded, without the query, without the base path: "/api/todos"
    std::string peer;    // "127.0.0.1:5123"
    std::string body;
    std::vector<std::pair<std::string, std::string>> query;    // percent-decoded, in order
    std::vector<std::pair<std::string, std::string>> params;   // what the route's {names} matched, percent-decoded
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, in order
    request_context context;
    std::vector<std::pair<std::string, std::string>> answer_headers;  // of the answer, whoever makes it: for guards
    body_stream* stream = nullptr;  // the body, where the route has stream_body; else null
    bool keep_alive = true;

    // The first value; empty when absent. `name` in lower case.
    std::string_view header(std::string_view name) const;
    // The values of all lines of that name, in order: for headers that must not be repeated.
    std::vector<std::string_view> headers_named(std::string_view name) const;
    // All lines of a header that is a list, as one (RFC 9110, 5.3); nothing when absent. `name` in lower case.
    std::optional<std::string> joined(std::string_view name) const;
    std::string_view param(std::string_view name) const;
    std::optional<std::string_view> query_value(std::string_view name) const;
};

}  // namespace tidings::http
