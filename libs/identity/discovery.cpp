#include "identity/discovery.hpp"

#include <algorithm>

#include "http/client/url.hpp"
#include "http/message/host.hpp"
#include "identity/json_object.hpp"
#include "text/ascii.hpp"
#include "text/decimal.hpp"

namespace tidings::identity {

std::string url_problem(std::string_view url, bool allow_http) {
    const auto parts = http::parse_url(url);
    if (!parts) return "is not an absolute https URL without user information and fragment";
    if (parts->scheme == "https" || allow_http || parts->host == "localhost" || http::is_loopback(parts->host))
        return {};
    return "is http, which anybody on the way can change: keys are fetched over https, or from this machine";
}

std::string issuer_problem(std::string_view issuer, bool allow_http) {
    if (issuer.find('?') != issuer.npos) return "has a query, which no issuer has";
    return url_problem(issuer, allow_http);
}

std::string discovery_url(std::string_view issuer) {
    if (issuer.ends_with('/')) issuer.remove_suffix(1);
    return std::string(issuer) + "/.well-known/openid-configuration";
}

found_url jwks_url_in(std::string_view document, std::string_view issuer, bool allow_http) {
    const auto read = read_object(document);
    if (!read) return {{}, "is no JSON object, is nested too deep or has a member twice"};
    if (text_of(*read, "issuer") != issuer) return {{}, "is of another issuer"};
    const auto url = text_of(*read, "jwks_uri");
    if (!url) return {{}, "has no jwks_uri"};
    if (const auto problem = url_problem(*url, allow_http); !problem.empty())
        return {{}, "has a jwks_uri that " + problem};
    return {std::string(*url), {}};
}

std::optional<std::chrono::seconds> freshness(std::string_view cache_control) {
    constexpr std::string_view max_age = "max-age=";
    std::optional<std::chrono::seconds> found;
    while (!cache_control.empty()) {
        const auto end = std::min(cache_control.find(','), cache_control.size());
        const auto directive = text::trim(cache_control.substr(0, end));
        cache_control.remove_prefix(std::min(end + 1, cache_control.size()));
        if (text::iequals(directive, "no-store") || text::iequals(directive, "no-cache"))
            return std::chrono::seconds(0);
        if (!text::istarts_with(directive, max_age)) continue;
        if (const auto seconds = text::parse_number<std::uint32_t>(directive.substr(max_age.size())))
            found = std::chrono::seconds(*seconds);
    }
    return found;
}

}  // namespace tidings::identity
