#include "api/json_document.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <string>
#include <utility>

#include "api/json_keys.hpp"
#include "text/json_builder.hpp"
#include "text/place.hpp"
#include "text/utf8.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 16;

bool is_utf16(std::string_view body) {
    return body.starts_with("\xFF\xFE") || body.starts_with("\xFE\xFF") ||
           (body.size() > 1 && (body[0] == '\0' || body[1] == '\0'));
}

// A comma, if it is what precedes `rest` in `body`, white space aside.
bool follows_comma(std::string_view body, std::size_t at) {
    const auto last = body.substr(0, at).find_last_not_of(" \t\r\n");
    return last != std::string_view::npos && body[last] == ',';
}

// Whether an escape of the first half of a surrogate pair ends at `at`: "\\ud83c".
bool follows_leading_surrogate(std::string_view body, std::size_t at) {
    constexpr std::size_t length = 6;
    if (at < length) return false;
    const auto escape = body.substr(at - length, length);
    constexpr std::string_view leading = "89abAB";
    return (escape.starts_with("\\ud") || escape.starts_with("\\uD")) &&
           leading.find(escape[3]) != std::string_view::npos;
}

// The first byte and its continuation bytes.
std::string_view first_character(std::string_view text) {
    std::size_t end = 1;
    while (end < text.size() && text::is_continuation(text[end]))
        ++end;
    return text.substr(0, end);
}

// Those that word processors and chats make of plain ones: U+2018 to U+201F.
bool is_curly_quote(std::string_view character) {
    return character >= "\u2018" && character <= "\u201F" && character.size() == 3;
}

// What is wrong at `at`, where the parser stopped.
errc reason_at(std::string_view body, std::size_t at) {
    if (at >= body.size()) return errc::json_ends_early;
    const auto rest = body.substr(at);
    const auto c = static_cast<unsigned char>(rest.front());
    if (follows_leading_surrogate(body, at)) return errc::json_lone_surrogate;
    if (c >= 0x80 && !text::is_utf8(first_character(rest))) return errc::json_not_utf8;
    if (c == '/' || c == '#') return errc::json_comment;
    if (c == '\'' || c == '`' || is_curly_quote(first_character(rest))) return errc::json_other_quotes;
    if ((c == '}' || c == ']') && follows_comma(body, at)) return errc::json_trailing_comma;
    return errc::json_unexpected;
}

errc reason_of(const boost::system::error_code& e, std::string_view body, std::size_t at) {
    if (body.starts_with("\xEF\xBB\xBF")) return errc::json_byte_order_mark;
    if (is_utf16(body)) return errc::json_not_utf8;
    if (e == json::error::incomplete) return errc::json_ends_early;
    if (e == json::error::extra_data) return errc::json_goes_on;
    if (e == json::error::illegal_leading_surrogate || e == json::error::illegal_trailing_surrogate ||
        e == json::error::expected_utf16_escape)
        return errc::json_lone_surrogate;
    if (e == json::error::exponent_overflow) return errc::json_number_too_large;
    return reason_at(body, at);
}

}  // namespace

result<json::value> read_document(std::string_view body, json::storage_ptr memory, violations& wrong) {
    json::parse_options options;
    options.max_depth = deepest;
    json::basic_parser<text::json_builder> parser(options, std::move(memory));
    boost::system::error_code failure;
    const auto used = parser.write_some(false, body.data(), body.size(), failure);
    if (!failure && used < body.size()) failure = json::error::extra_data;
    if (failure == json::error::too_deep) {
        wrong.push_back({{}, errc::body_too_deep, text::place_in(body, used)});
        return errc::body_too_deep;
    }
    if (failure) {
        wrong.push_back({{}, reason_of(failure, body, used), text::place_in(body, used)});
        return errc::body_not_json;
    }
    auto document = parser.handler().stack.release();
    if (text::count_members(document) != parser.handler().members) {
        wrong.push_back({repeated_key(body), errc::key_repeated, {}});
        return errc::fields_invalid;
    }
    return document;
}

}  // namespace tidings::todo_be
