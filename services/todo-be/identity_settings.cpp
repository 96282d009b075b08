#include "identity_settings.hpp"

#include "http/client/url.hpp"
#include "identity/discovery.hpp"
#include "text/ascii.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

void take_keys(config::reader& in, const std::string& text, identity_settings& s) {
    auto keys = identity::key_set::parse(text);
    if (keys.has_error())
        in.problem("oidc_keys", keys.error());
    else
        s.keys = std::move(*keys);
    if (!s.jwks_url.empty()) in.problem("oidc_keys", "is of no use beside OIDC_JWKS_URL: give one of them");
}

// As the manifests have it until somebody fills it in.
bool is_placeholder(std::string_view issuer) {
    constexpr std::string_view nobodys = ".example";
    const auto url = http::parse_url(issuer);
    if (!url) return false;
    const auto host = "." + url->host;
    return host.size() >= nobodys.size() && text::iequals(host.substr(host.size() - nobodys.size()), nobodys);
}

void check(config::reader& in, const identity_settings& s) {
    constexpr const char* useless = "is of no use without OIDC_ISSUER";
    if (s.issuer.empty()) {
        if (!s.audience.empty()) in.problem("oidc_audience", useless);
        if (!s.jwks_url.empty()) in.problem("oidc_jwks_url", useless);
        if (s.keys) in.problem("oidc_keys", useless);
        return;
    }
    in.problem("oidc_issuer", identity::issuer_problem(s.issuer, s.allow_http));
    if (is_placeholder(s.issuer))
        in.problem(
            "oidc_issuer",
            "is a placeholder, names in .example are nobody's (RFC 6761): write your provider, as its tokens' iss");
    if (s.audience.empty())
        in.problem("oidc_audience",
                   "must be what the issuer's tokens for this API name: any of its tokens would do else");
    if (!s.jwks_url.empty()) in.problem("oidc_jwks_url", identity::url_problem(s.jwks_url, s.allow_http));
}

}  // namespace

void read(config::reader& in, identity_settings& s) {
    in.text({"oidc_issuer", "OIDC_ISSUER", "OpenID provider whose JWTs are accepted, as in iss; empty: none"},
            s.issuer);
    in.text({"oidc_audience", "OIDC_AUDIENCE", "what aud of a token must name"}, s.audience);
    in.text({"oidc_jwks_url", "OIDC_JWKS_URL", "where its keys are; empty: as its discovery document says"},
            s.jwks_url);
    std::string keys;
    in.text({"oidc_keys", "OIDC_KEYS", "its public keys, PEM or a JWK set, instead of fetched ones"}, keys);
    in.duration({"oidc_clock_skew", "OIDC_CLOCK_SKEW", "by which its clock and ours may differ"}, s.clock_skew, 0s,
                10min);
    in.flag({"oidc_allow_http", "OIDC_ALLOW_HTTP", "fetch its keys over http from other machines too"}, s.allow_http);
    if (!keys.empty()) take_keys(in, keys, s);
    check(in, s);
}

}  // namespace tidings::todo_be
