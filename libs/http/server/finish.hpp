// What the server adds to every answer, whoever made it. Internal to libs/http/server.
#pragma once

#include <string>

#include "http/message/request.hpp"
#include "http/message/response.hpp"
#include "http/server/server_options.hpp"

namespace tidings::http {

// Gives a problem the request's id, and a 304 the tag that the client has. The coding into which the body is then to be
// put: what the client likes best, where it is worthwhile (text of a KiB or more).
coding finish(response& answer, const request& r, const server_options& options);
// Pre: `wanted` is of finish(), and not identity.
runtime::task<> compress(response& answer, coding wanted);

// Appends the lines that depend on the request as well: Vary, those of its guards, and those of CORS.
void append_request_lines(std::string& out, const response& answer, const request& r, const server_options& options);

}  // namespace tidings::http
