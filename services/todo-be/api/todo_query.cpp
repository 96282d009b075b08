#include "api/todo_query.hpp"

#include <algorithm>

#include "http/message/etag.hpp"
#include "http/message/media_type.hpp"
#include "http/message/problem.hpp"
#include "text/decimal.hpp"
#include "text/utf8.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::size_t longest_name = 60;
constexpr std::size_t most_reported = 20;  // a query of nothing but unknown names must not be answered tenfold

result<> read_limit(std::string_view text, list_query& q) {
    const auto limit = text::parse_number<unsigned>(text);
    if (!limit || *limit < 1 || *limit > 100) return errc::limit_invalid;
    q.limit = *limit;
    return {};
}

constexpr char after_order = '_';  // in a cursor of list_order::by_order: "1.5_<id>", "_<id>" without an order

bool can_be_order(const std::optional<double>& order) {
    return order && *order >= 0 && *order <= static_cast<double>(highest_order);
}

result<> read_cursor(std::string_view text, list_query& q) {
    list_position after;
    const auto end = text.find(after_order);
    after.sort = end == std::string_view::npos ? list_order::newest : list_order::by_order;
    if (end != std::string_view::npos && end > 0) {
        after.order = text::parse_number<double>(text.substr(0, end));
        if (!can_be_order(after.order)) return errc::cursor_invalid;
    }
    const auto id = ids::uuid::parse(end == std::string_view::npos ? text : text.substr(end + 1));
    if (!id) return errc::cursor_invalid;
    after.id = *id;
    q.after = after;
    return {};
}

result<> read_parent_filter(std::string_view text, list_query& q) {
    q.parent = ids::uuid::parse(text);
    if (!q.parent) return errc::parent_filter_invalid;
    return {};
}

result<> read_sort(std::string_view text, list_query& q) {
    if (text != "order") return errc::sort_invalid;
    q.sort = list_order::by_order;
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
    if (name == "parent") return read_parent_filter(value, q);
    if (name == "sort") return read_sort(value, q);
    return errc::unknown_parameter;
}

std::string text_of(const list_position& p) {
    std::string text;
    if (p.sort == list_order::by_order) {
        if (p.order) append_order(text, *p.order);
        text += after_order;
    }
    p.id.append_to(text);
    return text;
}

using parameters = std::vector<std::pair<std::string, std::string>>;

// Asked only of known names with few unknown ones before them: a query of thousands costs no more than it is long.
bool is_named_before(const parameters& query, parameters::const_iterator it) {
    return std::any_of(query.begin(), it, [&](const auto& earlier) { return earlier.first == it->first; });
}

// The versions that entity tags name; nothing: "*". A tag is opaque: it names a version only when it is the very text
// that we give to it.
expected_versions versions_of(const http::entity_tags& tags, bool weak_too) {
    if (tags.any) return std::nullopt;
    std::vector<std::int64_t> versions;
    for (const auto& tag : tags.tags) {
        if (tag.weak && !weak_too) continue;
        const auto version = text::parse_number<std::int64_t>(tag.opaque);
        if (version && std::to_string(*version) == tag.opaque) versions.push_back(*version);
    }
    return versions;
}

auto count_lines(const http::request& r, std::string_view name) {
    return std::count_if(r.headers.begin(), r.headers.end(), [name](const auto& line) { return line.first == name; });
}

bool is_printable(char c) { return c >= 0x20 && c < 0x7F; }

}  // namespace

result<list_query> read_list_query(const std::vector<std::pair<std::string, std::string>>& query, violations& wrong) {
    list_query q;
    std::size_t failed = 0;
    for (auto it = query.begin(); it != query.end(); ++it) {
        const auto& [name, value] = *it;
        auto read = read_parameter(name, value, q);
        if (read && failed <= most_reported && is_named_before(query, it)) read = errc::key_repeated;
        if (!read && ++failed <= most_reported)
            wrong.push_back(
                {std::string(text::shortened(name, longest_name)), static_cast<errc>(read.error().value())});
    }
    if (failed > most_reported) wrong.push_back({{}, errc::more_wrong, std::to_string(failed - most_reported)});
    if (failed > 0) return errc::query_invalid;
    if (q.after) q.sort = q.after->sort;
    return q;
}

std::string canonical(const list_query& q) {
    std::string text = std::to_string(q.limit);
    if (q.done) text += *q.done ? "&done=true" : "&done=false";
    if (q.parent) text += "&parent=" + q.parent->str();
    if (q.after) {
        text += "&cursor=" + text_of(*q.after);
    } else if (q.sort == list_order::by_order) {
        text += "&sort=order";
    }
    return text;
}

std::string cursor_after(const todo& last, list_order sort) { return text_of({sort, last.fields.order, last.id}); }

std::string etag_of(std::int64_t version) { return '"' + std::to_string(version) + '"'; }

result<expected_versions> read_if_match(const std::optional<std::string>& header) {
    if (!header) return expected_versions();
    const auto tags = http::parse_entity_tags(*header);
    if (!tags) return errc::if_match_invalid;
    return versions_of(*tags, false);
}

result<std::optional<expected_versions>> read_if_none_match(const std::optional<std::string>& header) {
    if (!header) return std::optional<expected_versions>();
    const auto tags = http::parse_entity_tags(*header);
    if (!tags) return errc::if_none_match_invalid;
    return std::optional(versions_of(*tags, true));
}

std::optional<std::string> joined_header(const http::request& r, std::string_view name) {
    std::optional<std::string> value;
    for (const auto& [given, line] : r.headers) {
        if (given != name) continue;
        if (value) {
            *value += ", " + line;
        } else {
            value = line;
        }
    }
    return value;
}

result<precondition> read_precondition(const http::request& r) {
    auto match = read_if_match(joined_header(r, "if-match"));
    if (!match) return match.error();
    auto none = read_if_none_match(joined_header(r, "if-none-match"));
    if (!none) return none.error();
    return precondition{std::move(*match), std::move(*none)};
}

result<std::string> read_idempotency_key(const http::request& r) {
    const auto lines = count_lines(r, "idempotency-key");
    const auto key = r.header("idempotency-key");
    if (lines == 0) return std::string();
    if (lines > 1 || key.empty() || key.size() > 255 || !std::all_of(key.begin(), key.end(), is_printable))
        return errc::idempotency_key_invalid;
    return std::string(key);
}

bool is_json_patch(const http::request& r) {
    return http::media_type_is(r.header("content-type"), "application/json-patch+json");
}

result<> check_media_type(const http::request& r, bool patch) {
    if (count_lines(r, "content-type") > 1) return errc::content_type_repeated;
    if (!http::media_type_fits(r.header("content-type"), patch) && !(patch && is_json_patch(r)))
        return errc::media_type_unsupported;
    if (!http::content_coding_fits(joined_header(r, "content-encoding").value_or("")))
        return errc::content_coding_refused;
    return {};
}

}  // namespace tidings::todo_be
