#include "identity/claims.hpp"

#include <boost/json/array.hpp>

#include "signer.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::test;
using namespace std::chrono_literals;
using identity::errc;

namespace {

const identity::expectations expected{.issuer = issuer, .audience = audience, .skew = 60s};
const auto now = std::chrono::floor<std::chrono::seconds>(noon).time_since_epoch().count();

boost::system::error_code why(const json::object& claims) {
    const auto read = identity::read_claims(claims, expected, noon);
    return read.has_error() ? read.error() : boost::system::error_code();
}

std::set<std::string> scopes(const json::object& claims) {
    return identity::read_claims(claims, expected, noon).value().scopes;
}

}  // namespace

TEST_CASE("claims that are right make a principal") {
    auto claims = good_claims();
    claims["name"] = "Anna Ek";
    claims["scope"] = "todos:read  todos:write";
    const auto p = identity::read_claims(claims, expected, noon).value();
    CHECK(p.issuer == issuer);
    CHECK(p.subject == "anna");
    CHECK(p.name == "Anna Ek");
    CHECK(p.scopes == std::set<std::string>{"todos:read", "todos:write"});
    CHECK(p.expires == noon + 300s);
}

TEST_CASE("another issuer is refused, however alike") {
    for (const auto* other : {"https://id.example.com/", "https://ID.example.com", "http://id.example.com", ""})
        CHECK(why(with("iss", other)) == errc::issuer_wrong);
    CHECK(why(without("iss")) == errc::issuer_wrong);
    CHECK(why(with("iss", json::array{issuer})) == errc::issuer_wrong);
}

TEST_CASE("the audience is ours, or a list with ours") {
    CHECK_FALSE(why(with("aud", json::array{"other", audience})));
    CHECK(why(with("aud", "other")) == errc::audience_wrong);
    CHECK(why(with("aud", json::array{"other", 7})) == errc::audience_wrong);
    CHECK(why(with("aud", json::array{})) == errc::audience_wrong);
    CHECK(why(with("aud", json::array{json::array{audience}, "x"})) == errc::audience_wrong);
    CHECK(why(without("aud")) == errc::audience_wrong);
}

TEST_CASE("a token is valid until exp, give or take the skew") {
    CHECK_FALSE(why(with("exp", now - 59)));
    CHECK(why(with("exp", now - 60)) == errc::expired);
    CHECK(why(with("exp", 0)) == errc::expired);
    CHECK_FALSE(why(with("exp", 1e300)));
    CHECK_FALSE(why(with("exp", static_cast<double>(now) + 0.5)));
    for (const json::value& bad : {json::value("1800000300"), json::value(-1), json::value(nullptr), json::value(true)})
        CHECK(why(with("exp", bad)) == errc::claims_wrong);
    CHECK(why(without("exp")) == errc::claims_wrong);
}

TEST_CASE("a token is valid from nbf and iat on, give or take the skew") {
    for (const auto* name : {"nbf", "iat"}) {
        CHECK_FALSE(why(with(name, now + 60)));
        CHECK(why(with(name, now + 61)) == errc::not_yet_valid);
        CHECK(why(with(name, 1e300)) == errc::not_yet_valid);
        CHECK(why(with(name, "soon")) == errc::claims_wrong);
        CHECK_FALSE(why(without(name)));
    }
}

TEST_CASE("a subject has 1 to 255 bytes, none of them a control character") {
    CHECK_FALSE(why(with("sub", std::string(255, 'x'))));
    for (const auto& bad : {std::string(256, 'x'), std::string(), std::string("a\0b", 3), std::string("a\nb")})
        CHECK(why(with("sub", bad)) == errc::claims_wrong);
    CHECK(why(with("sub", 7)) == errc::claims_wrong);
    CHECK(why(without("sub")) == errc::claims_wrong);
}

TEST_CASE("scopes are those of scope and scp, and a claim that names none is refused") {
    CHECK(scopes(good_claims()).empty());
    CHECK(scopes(with("scope", "a b a")) == std::set<std::string>{"a", "b"});
    CHECK(scopes(with("scp", json::array{"a", "b c"})) == std::set<std::string>{"a", "b", "c"});
    for (const json::value& bad :
         {json::value(""), json::value("  "), json::value(nullptr), json::value(7), json::value(json::array{})})
        CHECK(why(with("scope", bad)) == errc::claims_wrong);
    CHECK(why(with("scp", json::array{"a", 7})) == errc::claims_wrong);
}

TEST_CASE("a name is one that people can read, or none") {
    const auto name = [](json::object claims) { return identity::read_claims(claims, expected, noon).value().name; };
    CHECK(name(good_claims()).empty());
    CHECK(name(with("preferred_username", "anna")) == "anna");
    CHECK(name(with("name", "Anna", with("preferred_username", "anna"))) == "Anna");
    CHECK(name(with("name", std::string(256, 'x'))).empty());
    CHECK(name(with("name", "a\x1B[1m")).empty());
}
