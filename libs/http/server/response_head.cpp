#include "http/server/response_head.hpp"

#include <algorithm>
#include <chrono>

#include "http/message/etag.hpp"
#include "http/message/status.hpp"
#include "text/decimal.hpp"
#include "text/http_date.hpp"

namespace tidings::http {

namespace {

constexpr std::string_view line_end = "\r\n";

// For whoever opens an answer in a browser: it is what its Content-Type says, runs nothing, is in no frame and no part
// of another site's page, and no other site learns its URL.
constexpr std::string_view security_lines =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";
constexpr std::string_view policy_line = "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";

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

}  // namespace

void append_line(std::string& out, std::string_view name, std::string_view value) {
    append_clean(out, name);
    out += ": ";
    append_clean(out, value);
    out += line_end;
}

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
    out += security_lines;
    // A page says itself what it may load.
    if (!r.content_type.starts_with("text/html")) out += policy_line;
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
    return std::make_shared<const prepared_bytes>(prepared_bytes{.plain = std::move(all), .gzip = {}, .zstd = {}});
}

std::string in_coding(std::string_view plain, coding c, std::string_view body) {
    std::string all;
    all.reserve(512 + body.size());
    for (auto line = plain.substr(0, plain.find(line_end)); !line.empty();
         line = plain.substr(0, plain.find(line_end))) {
        if (line.starts_with("ETag: ")) {
            append_line(all, "ETag", etag_in(c, line.substr(6)));
        } else if (!line.starts_with("Content-Length: ")) {
            all.append(line).append(line_end);
        }
        plain.remove_prefix(line.size() + line_end.size());
    }
    append_line(all, "Content-Encoding", to_string(c));
    append_line(all, "Content-Length", std::to_string(body.size()));
    return all.append(line_end).append(body);
}

std::string whole_response(const content& r, std::string_view request_id) {
    std::string all;
    append_status_line(all, r.status);
    append_exchange_lines(all, request_id, persistence::close);
    append_content_lines(all, r, framing::length, r.body.size());
    return all += r.body;
}

}  // namespace tidings::http
