#include "bus/jetstream/jetstream_api.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "bus/connection/server_watcher.hpp"
#include "bus/jetstream/json_fields.hpp"

namespace tidings::bus {

namespace json = boost::json;

namespace {

// The numbers are nats-server's own (server/errors.json).
errc meaning(std::int64_t status, std::int64_t err_code) {
    switch (err_code) {
        case 10054:  // the message
        case 10097:  // its headers: 65,535 bytes at most
            return errc::too_large;
        case 10071:
        case 10164:  // the same, while another write of the subject is under way in a replicated stream
            return errc::wrong_sequence;
        case 10013:  // consumer name already in use
        case 10058:  // stream name already in use
        case 10148:
            return errc::already_exists;
        default:
            return status == 404 ? errc::not_found : errc::refused;
    }
}

std::string words(const json::object& error) {
    const auto* text = error.if_contains("description");
    const bool says_why = text && text->is_string() && !text->get_string().empty();
    return says_why ? std::string(text->get_string()) : json::serialize(error);
}

}  // namespace

result<json::object> parse_api_reply(std::string_view text, std::string& detail) {
    boost::system::error_code failure;
    auto parsed = json::parse(text, failure);
    if (failure || !parsed.is_object()) {
        detail = "a reply that is not a JSON object";
        return errc::refused;
    }
    auto& reply = parsed.get_object();
    if (const auto* error = reply.if_contains("error"); error && error->is_object()) {
        detail = words(error->get_object());
        return meaning(number_of<std::int64_t>(error->get_object(), "code"),
                       number_of<std::int64_t>(error->get_object(), "err_code"));
    }
    return std::move(reply);
}

runtime::task<result<json::object>> api_call(connection& bus, std::string method, std::string payload,
                                             std::chrono::milliseconds deadline) {
    auto message = co_await bus.request("$JS.API." + method, std::move(payload), {}, deadline);
    if (!message) co_return message.error();
    if (!says_unavailable(*message)) bus.note_answer();
    std::string detail;
    auto reply = parse_api_reply(message->payload(), detail);
    if (!reply && reply.error() == errc::refused) bus.note_error(method + ": " + detail);
    co_return reply;
}

}  // namespace tidings::bus
