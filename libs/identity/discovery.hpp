// Where an issuer publishes its keys (OpenID Connect Discovery 1.0; RFC 8414), and for how long (RFC 9111). Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::identity {

// Why nothing may be fetched from `url`, for people; empty: it may. https, or http to this machine; `allow_http`: http
// to any.
std::string url_problem(std::string_view url, bool allow_http);
// The same of an issuer, which has no query either.
std::string issuer_problem(std::string_view issuer, bool allow_http);

// "https://id.example.com/realms/a" -> ".../realms/a/.well-known/openid-configuration".
std::string discovery_url(std::string_view issuer);

struct found_url {
    std::string url;
    std::string problem;  // for people; empty: there is a url
};
// `jwks_uri` of the document that was found there. A problem is a document that is none or another issuer's, and a
// place from which nothing may be fetched.
found_url jwks_url_in(std::string_view document, std::string_view issuer, bool allow_http);

// What Cache-Control says; 0 s for no-store and no-cache; nothing when it says nothing.
std::optional<std::chrono::seconds> freshness(std::string_view cache_control);

}  // namespace tidings::identity
