#include "api/replay.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "api/answers.hpp"
#include "api/letter_text.hpp"
#include "api/page.hpp"
#include "bus/jetstream/subject_cover.hpp"
#include "domain/reserved_header.hpp"
#include "events/subjects.hpp"
#include "ids/timestamp.hpp"
#include "text/ascii.hpp"

namespace tidings::broadcaster {

namespace {

http::response kept(unsigned status, const std::string& why) {
    return http::problem(status, why + "; nothing was published, and the dead letter stays");
}

bool is_literal(std::string_view subject) {
    const auto forbidden = [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '*' || c == '>';
    };
    return !subject.empty() && std::none_of(subject.begin(), subject.end(), forbidden) && !subject.starts_with('.') &&
           !subject.ends_with('.') && subject.find("..") == std::string_view::npos;
}

bus::headers headers_of(const bus::stored_message& event, const std::string& message_id, const std::string& event_id,
                        const std::string& endpoint, const std::string& seal, const std::string& stream) {
    // Ours first, as in a letter (journal/letter.hpp).
    bus::headers h{{"Nats-Msg-Id", message_id},
                   {"Nats-Expected-Stream", stream},
                   {"Tidings-Event-Id", event_id},
                   {"Tidings-Endpoint", endpoint},
                   {"Tidings-Replay", seal}};
    for (const auto& header : event.h) {
        if (!is_reserved_header(header.first)) h.push_back(header);
    }
    return h;
}

// Removes the letter, unless another replay has.
runtime::task<bus::result<>> forget(bus::jetstream& js, std::uint64_t sequence) {
    const std::string letters(events::dead_letters_stream);
    const auto removed = co_await js.messages().remove(letters, sequence);
    if (removed) co_return removed;
    const auto still = co_await js.messages().get(letters, sequence);
    if (still.has_error() && still.error() == make_error_code(bus::errc::not_found)) co_return bus::result<>();
    co_return removed;
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

// Publishes `event`, which `letter` names, and removes the letter.
runtime::task<http::response> publish_again(bus::jetstream& js, const bus::stored_message& letter,
                                            const bus::stored_message& event, const std::string& subject,
                                            const std::string& stream, replay_seals& seals) {
    const std::string id(letter_header(letter, "Tidings-Event-Id"));
    const std::string endpoint(letter_endpoint(letter));
    if (id.empty()) co_return kept(409, "the letter does not say which event it holds");
    const auto seal = seals.seal(endpoint, id, event.payload);
    if (seal.empty()) co_return kept(409, "its endpoint is none of those that are configured here");

    // The same for every replica that replays this letter, and hard to guess: no other publisher can use it up.
    const auto message_id = "replay/" + std::to_string(letter.sequence) + '/' + letter.time + '/' + seal;
    const auto published =
        co_await js.publish(subject, event.payload, headers_of(event, message_id, id, endpoint, seal, stream));
    if (published.has_error() && published.error() == make_error_code(bus::errc::too_large))
        co_return kept(409, "the event leaves no room for the headers of a replay; it is larger than NATS takes");
    if (!published) co_return bus_problem(published.error());
    const auto removed = co_await forget(js, letter.sequence);
    if (!removed) co_return bus_problem(removed.error());
    co_return http::json_response(200, boost::json::serialize(boost::json::object{
                                           {"event_id", id}, {"endpoint", endpoint}, {"stream_sequence", *published}}));
}

}  // namespace

bool may_replay_to(std::string_view subject, const std::vector<std::string>& stream_subjects) {
    if (!is_literal(subject) || subject.starts_with('$') || subject.starts_with("_INBOX")) return false;
    return std::any_of(stream_subjects.begin(), stream_subjects.end(),
                       [&](const auto& wide) { return bus::subject_covers(wide, subject); });
}

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

runtime::task<http::response> replay_dead_letter(bus::connection& c, std::string stream, replay_seals& seals,
                                                 std::uint64_t sequence) {
    bus::jetstream js(c);
    const auto letter = co_await js.messages().get(std::string(events::dead_letters_stream), sequence);
    if (!letter) co_return bus_problem(letter.error());
    const auto info = co_await js.stream(stream);
    if (info.has_error() && info.error() == make_error_code(bus::errc::not_found))
        co_return kept(409, "stream " + stream + " is not there");
    if (!info) co_return bus_problem(info.error());

    const std::string subject(letter_header(*letter, "Tidings-Subject"));
    if (!may_replay_to(subject, info->subjects))
        co_return kept(409, "the event's subject is none of stream " + stream + "'s");
    auto event = *letter;
    if (is_partial(*letter)) {
        http::response refusal;
        auto found = co_await original(js, *letter, stream, refusal);
        if (!found) co_return refusal;
        event = std::move(*found);
    }
    co_return co_await publish_again(js, *letter, event, subject, stream, seals);
}

}  // namespace tidings::broadcaster
