#include "http/message/media_type.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "text/ascii.hpp"

namespace tidings::http {

namespace {

void skip_space(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size())); }

bool is_token_character(char c) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return text::is_letter_or_digit(c) || marks.find(c) != std::string_view::npos;
}

std::string_view take_token(std::string_view& text) {
    const auto* const end = std::find_if_not(text.begin(), text.end(), is_token_character);
    const auto token = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(token.size());
    return token;
}

// A quoted-string (5.6.4) without its quotes and backslashes; nothing when it does not end.
std::optional<std::string> take_quoted(std::string_view& text) {
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return value;
        }
        if (text[i] == '\\') ++i;
        if (i == text.size()) break;
        value += text[i];
    }
    return std::nullopt;
}

// Removes "name=value" from the front. False when it is not a parameter, or a charset other than UTF-8.
bool take_parameter(std::string_view& text) {
    const auto name = take_token(text);
    if (name.empty() || !text.starts_with('=')) return false;
    text.remove_prefix(1);
    const auto value = text.starts_with('"') ? take_quoted(text) : std::optional(std::string(take_token(text)));
    if (!value) return false;
    return !text::iequals(name, "charset") || text::iequals(*value, "utf-8") || text::iequals(*value, "utf8");
}

}  // namespace

bool media_type_is(std::string_view content_type, std::string_view type) {
    auto rest = content_type;
    skip_space(rest);
    const auto begin = rest;
    take_token(rest);
    if (!rest.starts_with('/')) return false;
    rest.remove_prefix(1);
    take_token(rest);
    if (!text::iequals(begin.substr(0, begin.size() - rest.size()), type)) return false;
    for (skip_space(rest); !rest.empty(); skip_space(rest)) {
        if (!rest.starts_with(';')) return false;
        rest.remove_prefix(1);
        skip_space(rest);
        if (!rest.empty() && !rest.starts_with(';') && !take_parameter(rest)) return false;
    }
    return true;
}

bool media_type_fits(std::string_view content_type, bool patch) {
    return media_type_is(content_type, "application/json") ||
           (patch && media_type_is(content_type, "application/merge-patch+json"));
}

bool content_coding_fits(std::string_view content_encoding) {
    for (auto rest = content_encoding; !rest.empty();) {
        skip_space(rest);
        if (const auto coding = take_token(rest); !coding.empty() && !text::iequals(coding, "identity")) return false;
        skip_space(rest);
        if (!rest.empty() && !rest.starts_with(',')) return false;
        if (!rest.empty()) rest.remove_prefix(1);
    }
    return true;
}

}  // namespace tidings::http
