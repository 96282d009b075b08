// Tokens that nobody should accept, made with the provider's own keys and other people's library.
#include "provider.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::test;

TEST_CASE("forged tokens are refused, each for its reason") {
    const provider p;
    verifying v(options_for(p));
    CHECK(v.subject(p.forge("nothing")) == "anna");
    const std::string malformed = "the token is not a well-formed JWT";
    const std::pair<std::string, std::string> attacks[] = {
        {"none", "the token is not signed with RS256, ES256 or EdDSA"},
        {"hs256", "the token is not signed with RS256, ES256 or EdDSA"},
        {"expired", "the token has expired"},
        {"notYet", "the token is not valid yet"},
        {"otherIssuer", "the token is of another issuer"},
        {"otherAudience", "the token is for another audience"},
        {"idToken", "the token is for another audience"},
        {"logoutToken", "the header of the token has crit, or a typ other than JWT and at+jwt"},
        {"huge", malformed},
        {"deep", malformed},
        {"twice", malformed},
        {"otherKey", "the signature of the token does not fit"},
        {"unknownKey", "the token is signed with a key that the issuer does not publish"}};
    for (const auto& [attack, why] : attacks) {
        INFO(attack);
        const auto token = p.forge(attack);
        CHECK(v.why(token) == why);
        CHECK(v.why(token) == why);
    }
}

TEST_CASE("a flood of unknown keys makes one fetch") {
    const provider p;
    auto options = options_for(p);
    options.times.unknown = 1h;  // however busy the machine is
    verifying v(options);
    for (int i = 0; i < 200; ++i)
        CHECK(v.why(p.forge("unknownKey")) == "the token is signed with a key that the issuer does not publish");
    CHECK(p.fetches() == 2);  // with the first of all
    CHECK(v.subject(p.robot()) == "robot");
}

TEST_CASE("what a flood of unknown keys makes is bounded in time") {
    const provider p;
    auto options = options_for(p);
    options.times.unknown = 200ms;
    verifying v(options);
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() < begin + 1s)
        v.ask(p.forge("unknownKey"));
    const auto took = std::chrono::steady_clock::now() - begin;
    CHECK(p.fetches() > 2);
    CHECK(p.fetches() <= 2 + took / 200ms);
}

TEST_CASE("tokens for other ends make no fetch, whatever key they name") {
    const provider p;
    verifying v(options_for(p));
    for (const auto* claim : {"iss", "aud"})
        CHECK(v.why(p.forge("unknownKey", {{claim, "other"}})).find("other") != std::string::npos);
    CHECK(p.fetches() == 1);
}
