#include "api/exchange/file_format.hpp"

#include <algorithm>
#include <iterator>

#include "http/message/media_type.hpp"
#include "text/ascii.hpp"

namespace tidings::todo_be {

namespace {

constexpr format_traits formats[] = {
    {file_format::json, "json", "application/json", "application/json", "todos.json"},
    {file_format::ndjson, "ndjson", "application/x-ndjson", "application/x-ndjson", "todos.ndjson"},
    {file_format::csv, "csv", "text/csv", "text/csv; charset=utf-8; header=present", "todos.csv"},
    {file_format::todotxt, "todotxt", "text/plain", "text/plain; charset=utf-8", "todo.txt"},
    {file_format::ics, "ics", "text/calendar", "text/calendar; charset=utf-8; component=vtodo", "todos.ics"},
};

template <class Predicate>
std::optional<file_format> first_that(Predicate is) {
    const auto* const found = std::find_if(std::begin(formats), std::end(formats), is);
    if (found == std::end(formats)) return std::nullopt;
    return found->format;
}

}  // namespace

const format_traits& traits_of(file_format f) {
    return *std::find_if(std::begin(formats), std::end(formats), [f](const auto& t) { return t.format == f; });
}

std::optional<file_format> format_named(std::string_view name) {
    return first_that([name](const auto& t) { return t.name == name; });
}

std::optional<file_format> format_of_body(std::string_view content_type) {
    return first_that([&](const auto& t) { return http::media_type_is(content_type, t.media_type); });
}

file_format format_accepted(std::string_view accept) {
    while (!accept.empty()) {
        const auto end = std::min(accept.find(','), accept.size());
        const auto range = text::trim(accept.substr(0, std::min(accept.find(';'), end)));
        const auto named = first_that([range](const auto& t) { return text::iequals(t.media_type, range); });
        if (named) return *named;
        accept.remove_prefix(std::min(end + 1, accept.size()));
    }
    return file_format::json;
}

}  // namespace tidings::todo_be
