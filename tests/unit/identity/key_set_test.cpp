#include "identity/key_set.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "signer.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::test;
using Catch::Contains;
using identity::errc;
using identity::key_set;

namespace {

std::string problem(const std::string& text) {
    const auto set = key_set::parse(text);
    return set.has_error() ? set.error() : "";
}

boost::system::error_code verify(const std::string& keys, const std::string& token) {
    const auto verified = keys_of(keys).verify(identity::parse_compact(token).value());
    return verified.has_error() ? verified.error() : boost::system::error_code();
}

}  // namespace

TEST_CASE("keys are read from a JWK set, one JWK and PEM") {
    for (const auto* key : {&rs256(), &es256(), &eddsa()}) {
        CHECK_FALSE(verify(jwk_set({key->jwk()}), key->token(good_claims())));
        CHECK_FALSE(verify(json::serialize(key->jwk()), key->token(good_claims())));
        CHECK_FALSE(verify(key->pem(), key->token(good_claims())));
    }
    CHECK(key_set::parse(rs256().pem() + "\n" + es256().pem())->size() == 2);
}

TEST_CASE("of a set, what cannot be used is passed over") {
    const json::object secret{{"kty", "oct"}, {"k", "c2VjcmV0"}};
    const auto encrypts = with("use", "enc", signer("RS256").jwk());
    const auto set = key_set::parse(jwk_set({secret, encrypts, with("use", "sig", es256().jwk())}));
    CHECK(set->size() == 1);
    CHECK_THAT(problem(jwk_set({secret, encrypts})), Contains("has no key that can be used"));
}

TEST_CASE("keys that must not be used are refused, with the reason") {
    CHECK_THAT(problem(jwk_set({signer("RS256", "k", 1'024).jwk()})), Contains("1024 bits"));
    CHECK_THAT(problem(signer("RS256", "k", 1'024).pem()), Contains("1024 bits"));
    CHECK_THAT(problem(jwk_set({with("e", "AQ", rs256().jwk())})), Contains("exponent"));
    CHECK_THAT(problem(jwk_set({with("e", base64url(std::string("\x01\0", 2)), rs256().jwk())})), Contains("exponent"));
    CHECK_THAT(problem(jwk_set({with("e", base64url(std::string(9, '\x11')), rs256().jwk())})),
               Contains("well-formed"));
    CHECK_THAT(problem(jwk_set({with("n", base64url(std::string(1'025, '\x11')), rs256().jwk())})),
               Contains("well-formed"));
    CHECK_THAT(problem(jwk_set({with("d", "AQAB", rs256().jwk())})), Contains("secret"));
    CHECK_THAT(problem(jwk_set({with("alg", "RS512", rs256().jwk())})), Contains("another algorithm"));
    CHECK_THAT(problem(jwk_set({with("alg", "RS256", es256().jwk())})), Contains("another algorithm"));
    CHECK_THAT(problem(jwk_set({with("key_ops", json::array{"sign"}, eddsa().jwk())})), Contains("not for signatures"));
    CHECK_THAT(problem(jwk_set({with("kid", 7, eddsa().jwk())})), Contains("kid"));
    CHECK_THAT(problem(jwk_set({with("crv", "P-384", es256().jwk())})), Contains("well-formed"));
    CHECK_THAT(problem(jwk_set({with("crv", "X25519", eddsa().jwk())})), Contains("well-formed"));
}

TEST_CASE("a point that is not on the curve is no key") {
    auto jwk = es256().jwk();
    jwk["y"] = jwk["x"];
    CHECK_THAT(problem(jwk_set({jwk})), Contains("well-formed"));
}

TEST_CASE("texts without keys are refused, with the reason") {
    CHECK_THAT(problem(""), Contains("empty"));
    CHECK_THAT(problem("{\"keys\":[]}"), Contains("no key that can be used"));
    CHECK_THAT(problem("{\"keys\":7}"), Contains("no list"));
    CHECK_THAT(problem("<html>"), Contains("PEM"));
    CHECK_THAT(problem("{\"keys\":[],\"keys\":[]}"), Contains("twice"));
    CHECK_THAT(problem(rs256().pem() + "and more"), Contains("PEM"));
    CHECK_THAT(problem(std::string(65'537, ' ')), Contains("64 KiB"));
}

TEST_CASE("a key is selected by kid and algorithm") {
    const auto all = jwk_set({rs256().jwk(), es256().jwk(), eddsa().jwk()});
    CHECK_FALSE(verify(all, es256().token(good_claims())));
    CHECK(verify(all, es256().token(good_claims(), {{"kid", "new"}})) == errc::key_unknown);
    CHECK(verify(all, es256().token(good_claims(), {{"kid", "rsa"}})) == errc::key_unknown);
    CHECK(verify(jwk_set({rs256().jwk()}), es256().token(good_claims(), {{"kid", "rsa"}})) == errc::key_unknown);
    CHECK(verify(all, signer("ES256", "ec").token(good_claims())) == errc::signature_wrong);
}

TEST_CASE("a token without kid may be signed with any key for its algorithm") {
    const signer other("ES256", "other");
    const auto content = base64url(R"({"alg":"ES256"})") + '.' + base64url(json::serialize(good_claims()));
    const auto token = content + '.' + base64url(other.sign(content));
    CHECK_FALSE(verify(jwk_set({es256().jwk(), other.jwk()}), token));
    CHECK(verify(jwk_set({es256().jwk()}), token) == errc::signature_wrong);
    const auto far = jwk_set({es256().jwk(), es256().jwk(), es256().jwk(), es256().jwk(), other.jwk()});
    CHECK(verify(far, token) == errc::signature_wrong);  // no more than four are tried
}

TEST_CASE("sets are the same when their keys are") {
    const auto set = [](std::initializer_list<json::object> keys) { return keys_of(jwk_set(keys)); };
    CHECK(set({rs256().jwk(), es256().jwk()}) == set({es256().jwk(), rs256().jwk()}));
    CHECK_FALSE(set({rs256().jwk(), es256().jwk()}) == set({es256().jwk()}));
    CHECK_FALSE(set({es256().jwk()}) == set({with("kid", "renamed", es256().jwk())}));
    CHECK_FALSE(set({es256().jwk()}) == set({signer("ES256", "ec").jwk()}));
}
