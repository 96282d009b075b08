#include "http/server/bearer.hpp"

#include <openssl/crypto.h>

#include "text/ascii.hpp"

namespace tidings::http {

namespace {

constexpr std::string_view scheme = "Bearer ";

bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// Schemes compare case-insensitively (RFC 9110, 11.1).
bool names_scheme(std::string_view given) { return text::istarts_with(given, scheme); }

}  // namespace

std::optional<response> refuse_without_bearer(const request& r, std::string_view token) {
    if (token.empty()) return std::nullopt;
    const auto given = r.header("authorization");
    if (names_scheme(given) && same(given.substr(scheme.size()), token)) return std::nullopt;
    auto refusal = problem(401, given.empty() ? "this API needs the header 'Authorization: Bearer <API_TOKEN>'"
                                              : "the bearer token is not the one this service was given as API_TOKEN");
    refusal.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"tidings\"");
    return refusal;
}

}  // namespace tidings::http
