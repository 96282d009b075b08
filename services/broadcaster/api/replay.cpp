#include "api/replay.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "api/answers.hpp"
#include "api/dead_letter.hpp"
#include "api/letter_text.hpp"
#include "api/page.hpp"
#include "domain/reserved_header.hpp"
#include "events/subjects.hpp"
#include "ids/timestamp.hpp"
#include "text/ascii.hpp"

namespace tidings::broadcaster {

namespace {

http::response kept(unsigned status, const std::string& why) {
    return http::problem(status, why + "; nothing was stored, and the dead letter stays");
}

bool is_visible(std::string_view id) {
    return !id.empty() && std::ranges::all_of(id, [](char c) { return c > 0x20 && c < 0x7f; });
}

// What the letter says of the event, and the event as `m` has it.
given_up event_to_replay(const bus::stored_message& letter, const bus::stored_message& m) {
    given_up g;
    g.endpoint_name = letter_endpoint(letter);
    g.event_id = letter_header(letter, "Tidings-Event-Id");
    g.subject = letter_header(letter, "Tidings-Subject");
    g.stream_sequence = read_sequence(std::string(letter_header(letter, "Tidings-Stream-Sequence"))).value_or(0);
    const auto stored = ids::parse_timestamp(letter_header(letter, "Tidings-Stream-Time"));
    if (stored) g.stored_ns = ids::nanoseconds_of(*stored);
    for (const auto& header : m.h)
        if (!is_reserved_header(header.first)) g.headers.push_back(header);
    g.body = m.payload;
    g.replay_of = letter.sequence;
    return g;
}

// The event from the stream. `refusal` says why not.
runtime::task<bus::result<bus::stored_message>> original(bus::jetstream& js, const bus::stored_message& letter,
                                                         const std::string& stream, http::response& refusal) {
    const std::string place(letter_header(letter, "Tidings-Stream-Sequence"));
    const auto sequence = read_sequence(place);
    const auto gone = make_error_code(bus::errc::not_found);
    auto found = sequence ? co_await js.messages().get(stream, *sequence) : bus::result<bus::stored_message>(gone);
    if (found && is_event_of(letter, *found)) co_return found;
    if (found || found.error() == gone) {
        refusal = kept(410, "the letter is too small for the whole event, and stream " + stream +
                                " no longer has it (message " + place + ")");
        co_return bus::errc::not_found;
    }
    refusal = bus_problem(found.error());
    co_return found;
}

}  // namespace

bool is_event_of(const bus::stored_message& letter, const bus::stored_message& in_stream) {
    if (letter_header(letter, "Tidings-Subject") != in_stream.subject) return false;
    if (const auto time = letter_header(letter, "Tidings-Stream-Time"); !time.empty()) {
        const auto stored = ids::parse_timestamp(in_stream.time);
        return stored && ids::format(*stored) == time;
    }
    const auto id = std::find_if(in_stream.h.begin(), in_stream.h.end(),
                                 [](const auto& h) { return text::iequals(h.first, "Nats-Msg-Id"); });
    return id != in_stream.h.end() && !id->second.empty() && id->second == letter_header(letter, "Tidings-Event-Id");
}

runtime::task<http::response> replay_dead_letter(bus::connection& c, const replay_links& links,
                                                 std::uint64_t sequence) {
    bus::jetstream js(c);
    const auto letter = co_await js.messages().get(std::string(events::dead_letters_stream), sequence);
    if (!letter) co_return bus_problem(letter.error());
    if (!links.ready())
        co_return http::unavailable(
            "the bucket of positions was not read yet: nothing was stored, and the dead letter stays", 2);
    // None: of an earlier version.
    const auto fleet = letter_header(*letter, "Tidings-Fleet");
    if (!fleet.empty() && fleet != links.fleet)
        co_return kept(409, "it is a letter of the broadcasters of stream " + std::string(fleet) + ": replay it there");
    const auto target = links.target_of(std::string(letter_endpoint(*letter)));
    if (!target) co_return kept(409, "its endpoint is none of those that are configured here");
    // None: of an endpoint of a file, or of an earlier version.
    const auto made_for = letter_header(*letter, "Tidings-Endpoint-Created");
    if (!made_for.empty() && made_for != target->created_at)
        co_return kept(409, "its endpoint is gone, and the one that has its name now inherits nothing");
    auto event = *letter;
    if (is_partial(*letter)) {
        http::response refusal;
        auto found = co_await original(js, *letter, target->stream, refusal);
        if (!found) co_return refusal;
        event = std::move(*found);
    }
    const auto g = event_to_replay(*letter, event);
    if (!is_visible(g.event_id)) co_return kept(409, "the letter does not say which event it holds");
    const auto stored = co_await links.store(*target, g, letter->time);
    if (stored.has_error() && stored.error() == bus::errc::wrong_sequence)
        co_return kept(409, "a replay of an earlier letter of this number is not delivered yet");
    if (!stored) co_return bus_problem(stored.error());
    const auto removed = co_await forget_letter(js, letter->sequence);
    if (!removed) co_return bus_problem(removed.error());
    co_return http::json_response(
        200, boost::json::serialize(boost::json::object{
                 {"event_id", g.event_id}, {"endpoint", g.endpoint_name}, {"stream_sequence", *stored}}));
}

}  // namespace tidings::broadcaster
