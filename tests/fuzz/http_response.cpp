// A response as a webhook's receiver may send it: however its bytes arrive, it is the same response.
#include "fuzz/fuzz.hpp"
#include "http/client/response.hpp"

namespace tidings::fuzz {

namespace {

using http::client::response;
using progress = response::progress;

constexpr std::size_t body_limit = 64;

struct outcome {
    progress result = progress::more;
    unsigned status = 0;
    bool keep_alive = false;
    std::string body, retry_after, rest;
};

outcome read(std::string_view bytes, std::size_t step, bool to_head) {
    outcome o;
    http::client::response response;
    response.start(to_head, body_limit);
    while (!bytes.empty() && o.result == progress::more) {
        o.rest += bytes.substr(0, step);
        bytes.remove_prefix(std::min(step, bytes.size()));
        std::size_t used = 0;
        o.result = response.feed(o.rest, used);
        require(used <= o.rest.size(), "no more is used than there is");
        o.rest.erase(0, used);
    }
    if (o.result == progress::more) o.result = response.end_of_stream();
    o.rest += bytes;
    o.status = response.status();
    o.keep_alive = response.keep_alive();
    o.body = response.body();
    o.retry_after = response.retry_after();
    return o;
}

}  // namespace

void check(std::string_view bytes) {
    const bool to_head = bytes.starts_with('H') && bytes.starts_with("HEAD\n");
    if (to_head) bytes.remove_prefix(5);
    const auto whole = read(bytes, std::string_view::npos, to_head);
    const auto dripped = read(bytes, 1, to_head);
    require(whole.body.size() <= body_limit, "no more of the body is kept than the limit");
    if (whole.result != progress::complete && whole.result != progress::cut) {
        require(dripped.result != progress::complete, "no response, in any pieces");
        return;
    }
    require(whole.result == dripped.result && whole.status == dripped.status && whole.body == dripped.body,
            "the same response in any pieces");
    require(whole.retry_after == dripped.retry_after, "the same headers in any pieces");
    if (whole.result == progress::cut) return;
    require(whole.keep_alive == dripped.keep_alive && whole.rest == dripped.rest,
            "it ends where it ends, in any pieces");
}

}  // namespace tidings::fuzz
