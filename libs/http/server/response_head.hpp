// The head of a response as bytes, in three parts: the status line, the lines of this one exchange, and the lines that
// describe the content. A prepared response holds the first and the last.
#pragma once

#include <string>
#include <string_view>

#include "http/message/message.hpp"

namespace tidings::http {

// How the connection goes on after this response.
enum class persistence {
    keep,         // HTTP/1.1's default: needs no line
    keep_spoken,  // a client of HTTP/1.0 that asked for it must be told
    close,
};

void append_status_line(std::string& out, unsigned status);
// Date (RFC 9110, 5.6.7), X-Request-Id, Connection.
void append_exchange_lines(std::string& out, std::string_view request_id, persistence p);
// Content-Type, the response's own headers, the framing of the body (none when `pieces` ends with the connection), and
// the empty line.
enum class framing { length, chunked, until_close };
void append_content_lines(std::string& out, const response& r, framing f);

// 1xx, 204 and 304 have neither body nor length (RFC 9110, 6.4.1).
bool may_have_body(unsigned status);

}  // namespace tidings::http
