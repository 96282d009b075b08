#include "api/access/bearer_answers.hpp"

#include <algorithm>

#include "http/message/problem.hpp"
#include "text/ascii.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::string_view scheme = "Bearer ";
constexpr std::string_view realm = "Bearer realm=\"tidings\"";
constexpr std::size_t longest_token = 8'192;

// More than b64token of RFC 6750 (2.1) allows: API_TOKEN may be any visible text.
bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= longest_token &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

// What error_description may have (3.): printable ASCII without quotes and backslashes.
std::string described(std::string_view why) {
    std::string text;
    for (const char c : why)
        if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') text += c;
    return text;
}

http::content challenge(unsigned status, std::string_view detail, const std::string& parameters) {
    auto answer = http::problem(status, detail);
    answer.headers.emplace_back("WWW-Authenticate", std::string(realm) + parameters);
    return answer;
}

}  // namespace

std::variant<std::string_view, no_token, not_a_token> bearer_of(const http::request& r) {
    const auto given = r.headers_named("authorization");
    if (given.empty()) return no_token{};
    if (given.size() > 1) return not_a_token{"there are several Authorization headers"};
    // Schemes compare without case (RFC 9110, 11.1).
    if (!text::istarts_with(given.front(), scheme)) return no_token{};
    const auto token = given.front().substr(scheme.size());
    if (!is_token(token)) return not_a_token{"what follows Bearer is not a token"};
    return token;
}

http::content token_missing() {
    return challenge(401, "This API needs the header 'Authorization: Bearer' with a token.", {});
}

http::content token_invalid(std::string_view why) {
    const auto text = described(why);
    return challenge(401, "The bearer token is not accepted: " + text + ".",
                     ", error=\"invalid_token\", error_description=\"" + text + '"');
}

http::content scope_missing(scope needed) {
    const std::string name(to_string(needed));
    return challenge(403, "This token does not have the scope " + name + ", which is needed here.",
                     ", error=\"insufficient_scope\", scope=\"" + name + '"');
}

}  // namespace tidings::todo_be
