// A request as a client may send it: however its bytes arrive, it is the same request or none.
#include "fuzz/fuzz.hpp"
#include "http/message/target.hpp"
#include "http/server/request_parser.hpp"

namespace tidings::fuzz {

namespace {

using progress = http::request_parser::progress;

struct outcome {
    progress result = progress::more;
    http::request request;
    std::string rest;
};

// As in the server: the body limit is set once the head is complete.
progress feed(http::request_parser& parser, std::string_view& input) {
    const auto p = parser.feed(input);
    if (p != progress::head_done) return p;
    const auto limited = parser.limit_body(256);
    return limited == progress::more && !input.empty() ? parser.feed(input) : limited;
}

outcome parse(std::string_view bytes, std::size_t step) {
    outcome o;
    http::request_parser parser(o.request, 1024);
    std::string unread;
    while (!bytes.empty() && o.result == progress::more) {
        unread += bytes.substr(0, step);
        bytes.remove_prefix(std::min(step, bytes.size()));
        std::string_view input = unread;
        o.result = feed(parser, input);
        unread = std::string(input);
    }
    if (o.result == progress::refused) {
        require(parser.why().status >= 400 && parser.why().status <= 599, "a refusal is an error's status");
        require(!parser.why().detail.empty(), "a refusal says why");
    }
    o.rest = unread.append(bytes);
    return o;
}

}  // namespace

void check(std::string_view bytes) {
    auto whole = parse(bytes, std::string_view::npos);
    const auto dripped = parse(bytes, 1);
    require((whole.result == progress::done) == (dripped.result == progress::done),
            "a request, or none, in any pieces");
    if (whole.result != progress::done) return;
    require(whole.request.method == dripped.request.method && whole.request.target == dripped.request.target &&
                whole.request.headers == dripped.request.headers && whole.request.body == dripped.request.body &&
                whole.request.keep_alive == dripped.request.keep_alive,
            "the same request in any pieces");
    require(whole.rest == dripped.rest, "a request ends where it ends, in any pieces");
    require(whole.request.body.size() <= 256, "a body within the limit");
    if (http::parse_target(whole.request)) require(whole.request.path.starts_with('/'), "a path begins with a slash");
}

}  // namespace tidings::fuzz
