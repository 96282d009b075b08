#include "api/todo_query.hpp"

#include <algorithm>
#include <charconv>

namespace tidings::todo_be {

namespace {

template <class Number>
std::optional<Number> read_number(std::string_view text) {
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

result<> read_limit(std::string_view text, list_query& q) {
    const auto limit = read_number<unsigned>(text);
    if (!limit || *limit < 1 || *limit > 100) return errc::limit_invalid;
    q.limit = *limit;
    return {};
}

result<> read_cursor(std::string_view text, list_query& q) {
    q.older_than = events::uuid::parse(text);
    if (!q.older_than) return errc::cursor_invalid;
    return {};
}

result<> read_done_filter(std::string_view text, list_query& q) {
    if (text != "true" && text != "false") return errc::done_invalid;
    q.done = text == "true";
    return {};
}

result<> read_parameter(std::string_view name, std::string_view value, list_query& q) {
    if (name == "limit") return read_limit(value, q);
    if (name == "cursor") return read_cursor(value, q);
    if (name == "done") return read_done_filter(value, q);
    return errc::unknown_parameter;
}

// The next element of a comma-separated list, taken off its front.
std::string_view take_tag(std::string_view& list) {
    const auto comma = list.find(',');
    auto tag = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
    while (tag.starts_with(' ') || tag.starts_with('\t'))
        tag.remove_prefix(1);
    while (tag.ends_with(' ') || tag.ends_with('\t'))
        tag.remove_suffix(1);
    return tag;
}

// The versions that a list of entity tags names; nothing: "*". A tag is opaque: it names a version only when it is the
// very text that we give to it.
expected_versions read_tags(std::string_view list, bool weak_too) {
    std::vector<std::int64_t> versions;
    while (!list.empty()) {
        auto tag = take_tag(list);
        if (tag == "*") return std::nullopt;
        if (weak_too && tag.starts_with("W/")) tag.remove_prefix(2);
        if (tag.size() < 3) continue;
        const auto version = read_number<std::int64_t>(tag.substr(1, tag.size() - 2));
        if (version && tag == etag_of(*version)) versions.push_back(*version);
    }
    return versions;
}

}  // namespace

result<list_query> read_list_query(const std::vector<std::pair<std::string, std::string>>& query, violations& wrong) {
    list_query q;
    for (const auto& [name, value] : query) {
        const auto read = read_parameter(name, value, q);
        if (!read) wrong.push_back({name.substr(0, 60), static_cast<errc>(read.error().value())});
    }
    if (!wrong.empty()) return errc::query_invalid;
    return q;
}

std::string canonical(const list_query& q) {
    std::string text = std::to_string(q.limit);
    if (q.done) text += *q.done ? "&done=true" : "&done=false";
    if (q.older_than) {
        text += "&cursor=";
        q.older_than->append_to(text);
    }
    return text;
}

std::string etag_of(std::int64_t version) { return '"' + std::to_string(version) + '"'; }

expected_versions read_if_match(std::string_view header) {
    return header.empty() ? std::nullopt : read_tags(header, false);
}

std::optional<expected_versions> read_if_none_match(std::string_view header) {
    if (header.empty()) return std::nullopt;
    return read_tags(header, true);
}

std::string joined_header(const http::request& r, std::string_view name) {
    std::string value;
    for (const auto& [given, line] : r.headers) {
        if (given != name) continue;
        if (!value.empty()) value += ", ";
        value += line;
    }
    return value;
}

precondition read_precondition(const http::request& r) {
    return {read_if_match(joined_header(r, "if-match")), read_if_none_match(joined_header(r, "if-none-match"))};
}

bool idempotency_key_fits(std::string_view key) {
    return key.size() <= 255 && std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace tidings::todo_be
