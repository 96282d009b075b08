#include "http/server/cors.hpp"

#include <algorithm>

#include "http/message/host.hpp"

namespace tidings::http {

namespace {

constexpr std::string_view request_headers =
    "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID, traceparent, tracestate, "
    "X-Request-Id";
// Those that a page may see without this are Cache-Control, Content-Language, -Length, -Type, Expires, Last-Modified.
constexpr std::string_view exposed_headers =
    "Accept-Patch, Accept-Post, Allow, ETag, Idempotent-Replayed, Link, Location, RateLimit, RateLimit-Policy, "
    "Retry-After, WWW-Authenticate, X-Request-Id";

bool may_be_in_origin(char c) {
    constexpr std::string_view marks = "-._~[]:/";
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
}

void append(std::string& out, std::string_view name, std::string_view value) {
    out.append("Access-Control-").append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool is_origin(std::string_view text) {
    const auto end = text.find("://");
    const auto protocol = text.substr(0, end);
    if ((protocol != "http" && protocol != "https") || end == std::string_view::npos) return false;
    const auto host = text.substr(end + 3);
    const auto default_port = protocol == "http" ? ":80" : ":443";
    return std::ranges::all_of(text, may_be_in_origin) && host.find('/') == host.npos && is_host_value(host) &&
           !host.ends_with(default_port) && !host.ends_with(':');
}

bool allows(const cors_options& options, std::string_view origin) {
    const auto named = [&](std::string_view name) {
        return std::ranges::find(options.origins, name) != options.origins.end();
    };
    return named("*") || named(origin);
}

void append_cors_lines(std::string& out, const cors_options& options, const request& r, std::string_view allow) {
    const auto origin = r.header("origin");
    if (origin.empty() || !allows(options, origin)) return;
    const bool any = allows(options, "*");
    append(out, "Allow-Origin", any ? "*" : origin);
    if (r.method == method::options && !r.header("access-control-request-method").empty()) {
        if (!allow.empty()) append(out, "Allow-Methods", allow);
        append(out, "Allow-Headers", request_headers);
        append(out, "Max-Age", std::to_string(std::chrono::floor<std::chrono::seconds>(options.max_age).count()));
    } else {
        append(out, "Expose-Headers", exposed_headers);
    }
}

}  // namespace tidings::http
