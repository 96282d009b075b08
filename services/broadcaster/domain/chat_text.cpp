#include "domain/chat_text.hpp"

#include <boost/json.hpp>
#include <optional>

#include "text/utf8.hpp"

namespace tidings::broadcaster {

namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 32;
constexpr std::size_t longest = 4 * 1024;  // bytes of what is told of an event's data

const json::value* at(const json::value& v, std::string_view name) {
    return v.is_object() ? v.get_object().if_contains(name) : nullptr;
}

// Its text, or its JSON; empty when it is not there.
std::string text_at(const json::value& v, std::string_view name) {
    const auto* found = at(v, name);
    if (found == nullptr || found->is_null()) return {};
    return found->is_string() ? std::string(found->get_string()) : json::serialize(*found);
}

// "completed" of "io.tidings.todo.completed.v1"; nothing of others.
std::optional<std::string_view> done_to_todo(std::string_view type) {
    constexpr std::string_view begin = "io.tidings.todo.";
    if (!type.starts_with(begin)) return std::nullopt;
    type.remove_prefix(begin.size());
    return type.substr(0, type.find('.'));
}

std::string of_todo(std::string_view what, const json::value& todo) {
    auto text = "To-do " + std::string(what) + ": " + text_at(todo, "title");
    if (const auto due = text_at(todo, "due"); !due.empty()) text += " (due " + due + ")";
    return text;
}

std::string of_gap(const json::value& data) {
    return text_at(data, "count") + " events of stream " + text_at(data, "stream") + " are gone, from number " +
           text_at(data, "first") + " to " + text_at(data, "last") +
           ": they expired, or were deleted, before they could be delivered here";
}

std::string of_other(std::string_view type, std::string_view said) {
    std::string text(type);
    if (!text.empty() && !said.empty()) text += '\n';
    return text.append(text::shortened(said, longest));
}

std::optional<json::value> parsed(std::string_view body) {
    json::parse_options options;
    options.max_depth = deepest;
    boost::system::error_code failure;
    auto v = json::parse(body, failure, {}, options);
    return failure ? std::nullopt : std::optional(std::move(v));
}

}  // namespace

std::string chat_text(std::string_view type, std::string_view body) {
    const auto event = parsed(body);
    if (!event && !text::is_utf8(body)) return of_other(type, std::to_string(body.size()) + " bytes that are no text");
    if (!event) return of_other(type, body);
    const auto* data = at(*event, "data");
    if (data == nullptr) return of_other(type, json::serialize(*event));
    const auto* todo = at(*data, "todo");
    if (const auto what = done_to_todo(type); what && todo != nullptr) return of_todo(*what, *todo);
    if (type == "io.tidings.endpoint.gap.v1") return of_gap(*data);
    if (type == "io.tidings.webhook.test.v1") return "This is a test of endpoint " + text_at(*data, "endpoint");
    return of_other(type, data->is_string() ? std::string(data->get_string()) : json::serialize(*data));
}

}  // namespace tidings::broadcaster
