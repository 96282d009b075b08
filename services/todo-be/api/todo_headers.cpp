#include "api/todo_headers.hpp"

#include <algorithm>

#include "http/message/etag.hpp"
#include "http/message/media_type.hpp"
#include "text/decimal.hpp"

namespace tidings::todo_be {

namespace {

// The versions that entity tags name; nothing: "*". A tag is opaque: it names a version only when it is the very text
// that we give to it, in whatever coding. the very text
// that we give to it.
expected_versions versions_of(const http::entity_tags& tags, bool weak_too) {
    if (tags.any) return std::nullopt;
    std::vector<std::int64_t> versions;
    for (const auto& tag : tags.tags) {
        if (tag.weak && !weak_too) continue;
        const auto name = http::without_coding(tag.opaque);
        const auto version = text::parse_number<std::int64_t>(name);
        if (version && std::to_string(*version) == name) versions.push_back(*version);
    }
    return versions;
}

auto count_lines(const http::request& r, std::string_view name) {
    return std::count_if(r.headers.begin(), r.headers.end(), [name](const auto& line) { return line.first == name; });
}

bool is_printable(char c) { return c >= 0x20 && c < 0x7F; }

}  // namespace

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

result<precondition> read_precondition(const http::request& r) {
    auto match = read_if_match(r.joined("if-match"));
    if (!match) return match.error();
    auto none = read_if_none_match(r.joined("if-none-match"));
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
    if (!http::content_coding_fits(r.joined("content-encoding").value_or(""))) return errc::content_coding_refused;
    return {};
}

}  // namespace tidings::todo_be
