#include "api/event_query.hpp"

#include <algorithm>
#include <string>

#include "api/todo_headers.hpp"
#include "http/message/accept.hpp"
#include "http/message/event_stream.hpp"
#include "http/message/problem.hpp"
#include "text/decimal.hpp"
#include "text/utf8.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::size_t longest_name = 60;
constexpr std::size_t most_reported = 20;

std::optional<std::int64_t> read_number(std::string_view text) {
    const auto number = text::parse_number<std::int64_t>(text);
    return number && *number >= 0 && text.front() != '-' ? number : std::nullopt;
}

std::optional<errc> read_parameter(std::string_view name, std::string_view value, event_form form, event_query& q) {
    if (name == "after") {
        if (q.after) return errc::key_repeated;
        q.after = read_number(value);
        return q.after ? std::nullopt : std::optional(errc::after_invalid);
    }
    if (name != "limit" || form != event_form::page) return errc::event_parameter_unknown;
    const auto limit = read_number(value);
    if (!limit || *limit < 1 || *limit > longest_event_page) return errc::limit_invalid;
    q.limit = *limit;
    return std::nullopt;
}

}  // namespace

result<event_form> form_of(const http::request& r) {
    static constexpr std::string_view forms[] = {"application/json", http::event_stream_type};
    const auto found = http::preferred(r.joined("accept").value_or(""), forms);
    if (!found) return errc::not_acceptable;
    return *found == 0 ? event_form::page : event_form::stream;
}

result<event_query> read_event_query(const http::request& r, event_form form, violations& wrong) {
    event_query q;
    std::size_t failed = 0;
    for (const auto& [name, value] : r.query) {
        const auto why = read_parameter(name, value, form, q);
        if (why && ++failed <= most_reported) wrong.push_back({std::string(text::shortened(name, longest_name)), *why});
    }
    if (failed > most_reported) wrong.push_back({{}, errc::more_wrong, std::to_string(failed - most_reported)});
    if (failed > 0) return errc::query_invalid;
    const auto given = r.joined("last-event-id");
    if (!given || given->empty()) return q;
    q.after = read_number(*given);
    if (!q.after) return errc::last_event_id_invalid;
    return q;
}

}  // namespace tidings::todo_be
