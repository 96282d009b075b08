#include "http/message/field_text.hpp"

#include <algorithm>

#include "text/ascii.hpp"

namespace tidings::http {

namespace {

bool is_token_character(char c) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return text::is_letter_or_digit(c) || marks.find(c) != std::string_view::npos;
}

}  // namespace

void skip_space(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size())); }

std::string_view take_token(std::string_view& text) {
    const auto* const end = std::find_if_not(text.begin(), text.end(), is_token_character);
    const auto token = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(token.size());
    return token;
}

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

}  // namespace tidings::http
