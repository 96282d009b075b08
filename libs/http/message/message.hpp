// Requests and responses as handlers see them: plain, without Beast. RFC 9110.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context/request_context.hpp"
#include "runtime/task.hpp"

namespace tidings::http {

enum class method { get, head, post, put, patch, delete_, options, trace, connect, other };
std::string_view to_string(method m);

// One request, complete with its body. Valid as long as the handler runs; handlers may move from `body`.
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
    bool keep_alive = true;

    // The first value; empty when absent. `name` in lower case.
    std::string_view header(std::string_view name) const;
    // The values of all lines of that name, in order: for headers that must not be repeated.
    std::vector<std::string_view> headers_named(std::string_view name) const;
    std::string_view param(std::string_view name) const;
    std::optional<std::string_view> query_value(std::string_view name) const;
};

// A whole HTTP/1.1 response made ahead of time (head and body): sent as it is, with the lines that belong to one
// exchange (Date, X-Request-Id, Connection) put in behind its status line.
using prepared_response = std::shared_ptr<const std::string>;

// A body made while it is sent (a long list, server-sent events): each call gives the next piece, an empty one ends it.
// handler_timeout does not apply, write_timeout applies to each piece. While it waits it is cancelled when the client
// leaves or the server stops. An exception cuts the connection, so that the client knows that the body is not complete.
using body_pieces = std::function<runtime::task<std::string>()>;

struct response {
    unsigned status = 200;     // 0: no answer at all, the connection is cut
    std::string content_type;  // empty: no Content-Type (and no body)
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;  // further ones, without Content-Length and Connection
    body_pieces pieces;                                        // when set, `body` is ignored
    prepared_response prepared;                                // when set, everything above but `status` is ignored
};

response json_response(unsigned status, std::string body);
response no_content();
// Head and body of `r` as bytes, for `prepared`.
prepared_response prepare(const response& r);

// RFC 9457. `type` stays "about:blank"; `title` is the status' own phrase; `detail` names what is wrong and how to mend
// it; no cache keeps it. `errors`: one entry per wrong field, as {"field": ..., "detail": ...}; may be empty. However
// much was wrong, the response stays small: 20 entries, and no text of more than 512 bytes.
struct field_error {
    std::string field;  // a JSON Pointer ("/title") or a parameter's name ("limit")
    std::string detail;
};
response problem(unsigned status, std::string_view detail, const std::vector<field_error>& errors = {});
// At most the first `longest` bytes, cut between two characters of UTF-8.
std::string_view shortened(std::string_view text, std::size_t longest);

// The standard phrase of a status code: 404 -> "Not Found".
std::string_view reason_phrase(unsigned status);

}  // namespace tidings::http
