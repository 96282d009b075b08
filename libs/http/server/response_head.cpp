#include "http/server/response_head.hpp"

#include <algorithm>
#include <chrono>

#include "http/message/status.hpp"
#include "text/decimal.hpp"
#include "text/http_date.hpp"

namespace tidings::http {

namespace {

constexpr std::string_view line_end = "\r\n";

// "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", written once a second.
std::string_view date_line() {
    thread_local std::chrono::sys_seconds written_at{};
    thread_local std::string line;
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    if (line.empty() || now != written_at) {
        line = "Date: ";
        text::append_http_date(line, now);
        line += line_end;
        written_at = now;
    }
    return line;
}

bool breaks_line(char c) { return c == '\r' || c == '\n' || c == '\0'; }

// A line break in a value would allow header injection.
void append_clean(std::string& out, std::string_view value) {
    const auto from = out.size();
    out += value;
    bool unclean = false;
    for (const char c : value)
        unclean |= breaks_line(c);
    if (unclean) std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(from), out.end(), breaks_line, ' ');
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
    append_clean(out, name);
    out += ": ";
    append_clean(out, value);
    out += line_end;
}

}  // namespace

void append_status_line(std::string& out, unsigned status) {
    out += "HTTP/1.1 ";
    text::append_number(out, status);
    out += ' ';
    out += reason_phrase(status);
    out += line_end;
}

void append_exchange_lines(std::string& out, std::string_view request_id, persistence p) {
    out += date_line();
    append_line(out, "X-Request-Id", request_id);
    if (p == persistence::close) out += "Connection: close\r\n";
    if (p == persistence::keep_spoken) out += "Connection: keep-alive\r\n";
}

void append_content_lines(std::string& out, const response_head& r, framing f, std::size_t length) {
    out += "X-Content-Type-Options: nosniff\r\n";
    if (!r.content_type.empty()) append_line(out, "Content-Type", r.content_type);
    for (const auto& [name, value] : r.headers)
        append_line(out, name, value);
    if (may_have_body(r.status) && f == framing::length) {
        out += "Content-Length: ";
        text::append_number(out, length);
        out += line_end;
    }
    if (may_have_body(r.status) && f == framing::chunked) out += "Transfer-Encoding: chunked\r\n";
    out += line_end;
}

prepared_response prepare(const content& r) {
    std::string all;
    all.reserve(256 + r.body.size());
    append_status_line(all, r.status);
    append_content_lines(all, r, framing::length, r.body.size());
    if (may_have_body(r.status)) all += r.body;
    return std::make_shared<const std::string>(std::move(all));
}

std::string whole_response(const content& r, std::string_view request_id) {
    std::string all;
    append_status_line(all, r.status);
    append_exchange_lines(all, request_id, persistence::close);
    append_content_lines(all, r, framing::length, r.body.size());
    return all += r.body;
}

}  // namespace tidings::http
