// One row of a router's table: which handler serves which requests, and within what limits.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "http/message/request.hpp"
#include "http/message/response.hpp"

namespace tidings::http {

using handler = std::function<runtime::task<response>(request&)>;

// Lets a request pass (nothing) or answers it. Asked when the head has been read: the body is not there yet, and a
// client that waits for `100 Continue` never sends it. May set request::context (who is asking).
using guard = std::function<std::optional<response>(request&)>;

// The same for what has to be waited for. Asked when all guards let the request pass, before the body is read; within
// the server's handler_timeout. It must not keep the request.
using admission = std::function<runtime::task<std::optional<response>>(request&)>;

struct route_options {
    std::vector<guard> guards;  // run in this order; the first response wins
    http::admission admission;  // may be empty
    // Instead of those of server_options.
    std::optional<std::size_t> body_limit;
    std::optional<std::chrono::milliseconds> body_timeout;
    std::optional<std::chrono::milliseconds> handler_timeout;  // with stream_body: reading the body included
    bool any_host = false;                                     // overrides server_options::allowed_hosts
    // The handler is called as soon as the head is there, and reads the body from request::stream. When it returns
    // before the end of the body, the connection closes after the response.
    bool stream_body = false;
};

struct route {
    http::method method;
    std::string pattern;  // "/api/todos/{id}"; a {name} matches one segment, "{name}:run" one that ends so
    http::handler handler;
    route_options options{};
};

}  // namespace tidings::http
