// The head of a response as bytes, in three parts: the status line, the headers of this exchange, and the headers that
// describe the content. A prepared response holds the first and the last.
#pragma once

#include <string>
#include <string_view>

#include "http/message/response.hpp"

namespace tidings::http {

// What happens to the connection after this response.
enum class persistence {
    keep,         // HTTP/1.1's default: needs no header
    keep_spoken,  // an HTTP/1.0 client that requested keep-alive expects the header
    close,
};

void append_status_line(std::string& out, unsigned status);
// One header; a line break in it becomes a space.
void append_line(std::string& out, std::string_view name, std::string_view value);
// Date (RFC 9110, 5.6.7), X-Request-Id, Connection.
void append_exchange_lines(std::string& out, std::string_view request_id, persistence p);
// Content-Type, the response's own headers, the framing of the body, and the empty line. A response without a body has
// no framing.
enum class framing { length, chunked, until_close };
void append_content_lines(std::string& out, const response_head& r, framing f, std::size_t length = 0);

prepared_response prepare(const content& r);
// `plain`, the bytes of a prepared response, with `body` in a coding instead of its own.
std::string in_coding(std::string_view plain, coding c, std::string_view body);
// All of `r`, as the last response of a connection.
std::string whole_response(const content& r, std::string_view request_id);

}  // namespace tidings::http
