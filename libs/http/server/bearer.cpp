#include "http/server/bearer.hpp"

#include <openssl/crypto.h>

#include "http/message/problem.hpp"
#include "text/ascii.hpp"

namespace tidings::http {

namespace {

constexpr std::string_view scheme = "Bearer ";

content unauthorized(bool token_given) {
    auto r = problem(401, token_given ? "the bearer token is not the one this service was given as API_TOKEN"
                                      : "this API needs the header 'Authorization: Bearer <API_TOKEN>'");
    r.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"tidings\"");
    return r;
}

}  // namespace

bool same_secret(std::string_view given, std::string_view secret) {
    return given.size() == secret.size() && CRYPTO_memcmp(given.data(), secret.data(), secret.size()) == 0;
}

guard require_bearer(std::string token) {
    return [token = std::move(token)](request& r) -> std::optional<response> {
        if (token.empty()) return std::nullopt;
        const auto given = r.header("authorization");
        // Schemes compare without case (RFC 9110, 11.1).
        const bool fits = text::istarts_with(given, scheme) && same_secret(given.substr(scheme.size()), token);
        if (!fits) return unauthorized(!given.empty());
        r.context.principal = token_principal;
        return std::nullopt;
    };
}

}  // namespace tidings::http
