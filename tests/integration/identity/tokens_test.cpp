// Tokens of a certified provider, from the first login to the rotation of its keys.
#include "provider.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::test;

TEST_CASE("tokens of a certified provider are accepted, whichever of the three algorithms it signs with") {
    const provider p;
    verifying v(options_for(p));
    for (const auto* alg : {"RS256", "ES256", "EdDSA"}) {
        p.sign_with(alg);
        CHECK(v.subject(p.robot()) == "robot");
    }
    CHECK(p.fetches() == 1);
    CHECK(v.outcomes == std::vector<std::string>(3, "accepted"));
}

TEST_CASE("who logged in is known by the access token, and by the next one after a refresh") {
    const provider p;
    verifying v(options_for(p));
    const auto tokens = p.login();
    const std::string first(tokens.at("access_token").as_string());
    const auto who = std::get<identity::principal>(v.ask(first));
    CHECK(who.issuer == p.url());
    CHECK(who.subject == "anna");
    CHECK(who.scopes == std::set<std::string>{"todos:read", "todos:write"});
    const auto now = std::chrono::system_clock::now();
    CHECK((who.expires > now + 200s && who.expires <= now + 301s));

    const std::string refresh(tokens.at("refresh_token").as_string());
    const auto again = p.token("grant_type=refresh_token&client_id=app&refresh_token=" + refresh);
    const std::string second(again.at("access_token").as_string());
    CHECK(second != first);
    CHECK(v.subject(second) == "anna");
    CHECK(v.subject(first) == "anna");
    CHECK(v.outcomes == std::vector<std::string>{"accepted", "accepted", "remembered"});
    // An ID token is for the application, and no key to this API; a refresh token is no JWT.
    CHECK(v.why(std::string(tokens.at("id_token").as_string())) == "the token is for another audience");
    CHECK(v.why(refresh) == "the token is not a well-formed JWT");
}

TEST_CASE("new keys are found when a token needs them, and tokens of old ones end with them") {
    const provider p;
    verifying v(options_for(p));
    const auto old = p.robot();
    CHECK(v.subject(old) == "robot");
    CHECK(v.subject(old) == "robot");
    p.rotate();
    CHECK(v.subject(old) == "robot");
    CHECK(v.subject(p.robot()) == "robot");
    CHECK(p.fetches() == 2);
    CHECK(v.news.back().changed);
    CHECK(v.why(old) == "the token is signed with a key that the issuer does not publish");
    CHECK(p.fetches() == 2);
}

TEST_CASE("keys are fetched again in the background") {
    const provider p;
    auto options = options_for(p);
    options.times.longest = options.times.shortest = 50ms;
    verifying v(options);
    const auto old = p.robot();
    CHECK(v.subject(old) == "robot");
    CHECK(v.run_until([&] { return v.news.size() >= 3; }));
    CHECK_FALSE(v.news.back().changed);
    CHECK(v.subject(old) == "robot");
    CHECK(v.outcomes.back() == "remembered");
    p.rotate();
    CHECK(v.run_until([&] { return v.news.back().changed; }));
    CHECK(v.subject(old) != "robot");
}

TEST_CASE("the place of the keys may be given") {
    const provider p;
    auto options = options_for(p);
    options.jwks_url = p.url() + "/jwks";
    verifying v(options);
    CHECK(v.subject(p.robot()) == "robot");
    options.jwks_url = p.url() + "/nowhere";
    verifying none(options);
    CHECK(none.unavailable(p.robot()));
    CHECK(none.news.front().problem == p.url() + "/nowhere: status 404");
}

TEST_CASE("keys that are given are all there are") {
    const provider p;
    auto options = options_for(p);
    options.keys = *identity::key_set::parse(support::http_call("GET", p.url() + "/jwks").body);
    verifying v(options);
    CHECK(v.subject(p.robot()) == "robot");
    p.rotate();
    CHECK(v.why(p.robot()) == "the token is signed with a key that the issuer does not publish");
    CHECK(p.fetches() == 1);  // the test's own
    CHECK(v.news.empty());
}
