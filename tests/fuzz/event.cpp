// A message of a stream that anybody may have published, made into an event: its headers, and its body.
#include "delivery/event.hpp"

#include <algorithm>

#include "bus/connection/header_block.hpp"
#include "domain/event_id.hpp"
#include "domain/lane_key.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

namespace {

bool printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

// Headers, an empty line, and the body.
void check(std::string_view bytes) {
    const auto end = std::min(bytes.find("\r\n\r\n"), bytes.size());
    const auto body = bytes.substr(std::min(end + 4, bytes.size()));
    const bus::headers h = bus::header_block(bytes.substr(0, std::min(end + 4, bytes.size()))).all();
    auto m = bus::make_message("orders.paid", "", h, body);
    if (!m) return;
    const auto e = broadcaster::make_event(std::move(m), "ORDERS", {7, 42}, 5'000);
    require(e->body == body, "the body is the publisher's");
    require(!e->id.empty() && printable(e->id), "an id is fit for a header");
    require(printable(e->type) && printable(e->content_type) && !e->content_type.empty(), "and so is what else is one");
    require(e->passed_headers.size() <= 4'096, "what is passed on is bounded");
    auto lines = e->passed_headers;
    for (std::size_t at = 0; (at = lines.find("\r\n", at)) != lines.npos;)
        lines.erase(at, 2);
    require(printable(lines), "and breaks out of no line");
    const auto key = broadcaster::lane_of(*e, broadcaster::ordering::per_key);
    require(key.size() <= broadcaster::longest_lane_key && printable(key), "a key is short");
    require(key != broadcaster::lane_of(*e, broadcaster::ordering::strict), "no key is the lane of all");
}

}  // namespace tidings::fuzz

// cnats frees messages in a thread of its own: to libFuzzer they look like leaks, which take long to refute.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }  // NOLINT(bugprone-reserved-identifier)
