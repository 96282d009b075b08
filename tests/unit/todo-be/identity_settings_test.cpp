#include "identity_settings.hpp"

#include "settings.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const std::string a_key =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";  // of RFC 8037, A.2

todo_be::identity_settings from(config::environment more) {
    more.insert({{"IDENTITY", "on"}, {"OIDC_ISSUER", "https://id.example.com"}, {"OIDC_AUDIENCE", "todo"}});
    auto in = config::reader::parse("", std::move(more));
    auto s = todo_be::read_settings(in);
    in.finish();
    return s.oidc;
}

std::string problem(config::environment more) {
    try {
        from(std::move(more));
    } catch (const config::error& e) {
        return e.what();
    }
    return {};
}

}  // namespace

TEST_CASE("there is no provider unless one is named") {
    auto in = config::reader::parse("", {});
    CHECK(todo_be::read_settings(in).oidc.issuer.empty());
    for (const auto& [name, value] : config::environment{
             {"OIDC_AUDIENCE", "todo"}, {"OIDC_JWKS_URL", "https://id.example.com/jwks"}, {"OIDC_KEYS", a_key}}) {
        config::environment only{{"OIDC_ISSUER", ""}, {"OIDC_AUDIENCE", ""}};
        only[name] = value;
        CHECK(problem(only) == name + ": is of no use without OIDC_ISSUER");
    }
}

TEST_CASE("a provider is of use where there are users") {
    CHECK(problem({{"IDENTITY", "off"}}) == "OIDC_ISSUER: is of no use without IDENTITY=on");
}

TEST_CASE("a provider is its issuer and the audience of its tokens") {
    const auto s = from({{"OIDC_CLOCK_SKEW", "5s"}, {"OIDC_KEYS", a_key}});
    CHECK(s.issuer == "https://id.example.com");
    CHECK(s.audience == "todo");
    CHECK(s.clock_skew == 5s);
    CHECK(s.keys->size() == 1);
    CHECK(from({}).clock_skew == 60s);
    CHECK_FALSE(from({}).keys);
    CHECK_THAT(problem({{"OIDC_AUDIENCE", ""}}), Contains("oidc_audience") && Contains("for this API"));
    CHECK_THAT(problem({{"OIDC_CLOCK_SKEW", "1h"}}), Contains("OIDC_CLOCK_SKEW"));
}

TEST_CASE("a provider that is still to be filled in is refused") {
    for (const auto* issuer : {"https://id.tidings.example", "https://ID.Tidings.EXAMPLE/realms/a", "https://example"})
        CHECK_THAT(problem({{"OIDC_ISSUER", issuer}}), Contains("OIDC_ISSUER") && Contains("placeholder"));
    CHECK(from({{"OIDC_ISSUER", "https://my-example"}}).issuer == "https://my-example");
}

TEST_CASE("keys come over https, from this machine, or where that is asked for") {
    CHECK_THAT(problem({{"OIDC_ISSUER", "http://id.example.com"}}), Contains("OIDC_ISSUER") && Contains("is http"));
    CHECK_THAT(problem({{"OIDC_ISSUER", "id.example.com"}}), Contains("OIDC_ISSUER") && Contains("absolute"));
    CHECK_THAT(problem({{"OIDC_JWKS_URL", "http://id/jwks"}}), Contains("OIDC_JWKS_URL") && Contains("is http"));
    CHECK(from({{"OIDC_ISSUER", "http://127.0.0.1:8080/realms/a"}}).issuer == "http://127.0.0.1:8080/realms/a");
    CHECK(from({{"OIDC_JWKS_URL", "http://id/jwks"}, {"OIDC_ALLOW_HTTP", "yes"}}).jwks_url == "http://id/jwks");
}

TEST_CASE("keys that are given must be public keys, and all there are") {
    CHECK_THAT(problem({{"OIDC_KEYS", "hush"}}), Contains("OIDC_KEYS") && Contains("PEM") && !Contains("hush"));
    CHECK_THAT(problem({{"OIDC_KEYS", a_key}, {"OIDC_JWKS_URL", "https://id.example.com/jwks"}}),
               Contains("OIDC_KEYS") && Contains("one of them"));
}
