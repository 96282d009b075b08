#include "identity/token_check.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <random>

#include "signer.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::test;
using namespace std::chrono_literals;
using identity::errc;

namespace {

const identity::expectations expected{.issuer = issuer, .audience = audience, .skew = 60s};

const identity::key_set& keys() {
    static const auto set = keys_of(jwk_set({rs256().jwk(), es256().jwk(), eddsa().jwk()}));
    return set;
}

boost::system::error_code why(const std::string& token) {
    const auto checked = identity::check_token(token, keys(), expected, noon);
    return checked.has_error() ? checked.error() : boost::system::error_code();
}

std::string unsigned_token(const std::string& header) {
    return base64url(header) + '.' + base64url(json::serialize(good_claims())) + '.';
}

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

}  // namespace

TEST_CASE("tokens of the three algorithms are accepted") {
    for (const auto* key : {&rs256(), &es256(), &eddsa()})
        CHECK(identity::check_token(key->token(good_claims()), keys(), expected, noon)->subject == "anna");
    CHECK_FALSE(why(eddsa().token(good_claims(), {{"alg", "Ed25519"}})));
    for (const auto* typ : {"JWT", "jwt", "at+jwt", "application/at+JWT"})
        CHECK_FALSE(why(es256().token(good_claims(), {{"typ", typ}})));
}

TEST_CASE("a token without a signature is refused, however its algorithm is spelt") {
    for (const auto* alg : {"none", "None", "NONE", "nOnE", ""}) {
        const json::object header{{"alg", alg}, {"kid", "rsa"}};
        CHECK(why(unsigned_token(json::serialize(header))) == errc::algorithm_refused);
    }
    CHECK(why(unsigned_token(R"({"kid":"rsa"})")) == errc::malformed);
    CHECK(why(unsigned_token(R"({"alg":"RS256","kid":"rsa"})")) == errc::signature_wrong);
}

TEST_CASE("the public key is no secret to sign with") {
    CHECK(why(hs256_token(good_claims(), rs256().pem())) == errc::algorithm_refused);
    CHECK(why(hs256_token(good_claims(), json::serialize(rs256().jwk()))) == errc::algorithm_refused);
}

TEST_CASE("the algorithm is the key's, not the token's") {
    for (const auto* alg : {"RS256", "EdDSA"})
        CHECK(why(es256().token(good_claims(), {{"alg", alg}})) == errc::key_unknown);
    for (const auto* alg : {"RS384", "RS512", "PS256", "ES384", "ES256K", "HS512", "RSA1_5", "rs256"})
        CHECK(why(rs256().token(good_claims(), {{"alg", alg}})) == errc::algorithm_refused);
    CHECK(why(rs256().token(good_claims(), {{"alg", 256}})) == errc::malformed);
}

TEST_CASE("a key that the token brings along is not used") {
    const signer stranger("ES256", "ec");
    CHECK(why(stranger.token(good_claims(), {{"jwk", stranger.jwk()}})) == errc::signature_wrong);
    CHECK(why(stranger.token(good_claims(), {{"jku", "http://127.0.0.1:1/keys"}, {"kid", "theirs"}})) ==
          errc::key_unknown);
}

TEST_CASE("crit, and tokens for other ends, are refused") {
    CHECK(why(es256().token(good_claims(), {{"crit", json::array{"exp"}}})) == errc::header_refused);
    CHECK(why(es256().token(good_claims(), {{"crit", json::array{}}, {"b64", false}})) == errc::header_refused);
    for (const json::value& typ : {json::value("logout+jwt"), json::value("dpop+jwt"), json::value(7)})
        CHECK(why(es256().token(good_claims(), {{"typ", typ}})) == errc::header_refused);
    CHECK(why(es256().token(good_claims(), {{"kid", 7}})) == errc::malformed);
}

TEST_CASE("a member that is there twice is refused, in header and claims") {
    const std::string header = R"({"alg":"ES256","kid":"ec"})", claims = json::serialize(good_claims());
    CHECK_FALSE(why(es256().token_of(header, claims)));
    CHECK(why(es256().token_of(R"({"alg":"none","alg":"ES256","kid":"ec"})", claims)) == errc::malformed);
    const auto twice = [&](const std::string& more) { return claims.substr(0, claims.size() - 1) + more + '}'; };
    CHECK(why(es256().token_of(header, twice(R"(,"sub":"root")"))) == errc::malformed);
    CHECK(why(es256().token_of(header, twice(R"(,"s\u0075b":"root")"))) == errc::malformed);
    CHECK(why(es256().token_of(header, twice(R"(,"act":{"sub":"a","sub":"b"})"))) == errc::malformed);
    CHECK_FALSE(why(es256().token_of(header, twice(R"(,"act":{"sub":"a"})"))));
}

TEST_CASE("what is too large or too deep is refused") {
    CHECK_FALSE(why(es256().token(with("pad", std::string(8'000, 'x')))));
    CHECK(why(es256().token(with("pad", std::string(16'000, 'x')))) == errc::malformed);
    CHECK(why(std::string(1'000'000, 'e')) == errc::malformed);
    const auto claims = json::serialize(good_claims());
    for (const std::size_t levels : {8UL, 100UL, 4'000UL})
        CHECK(why(es256().token_of(R"({"alg":"ES256","kid":"ec"})",
                                   claims.substr(0, claims.size() - 1) + R"(,"deep":)" + nested(levels) + '}')) ==
              errc::malformed);
}

TEST_CASE("texts that are no tokens are refused") {
    const auto token = es256().token(good_claims());
    const std::string many[] = {"",
                                ".",
                                "..",
                                "...",
                                "a.b.c",
                                token + ".",
                                "." + token,
                                token + "=",
                                token + "\n",
                                token + ".x",
                                token.substr(0, token.rfind('.')),
                                "e30.e30.e30",
                                "bnVsbA.e30."};
    for (const auto& text : many)
        CHECK(why(text) == errc::malformed);
}

TEST_CASE("a signature of another form is refused") {
    const auto token = es256().token(good_claims());
    const auto content = token.substr(0, token.rfind('.'));
    const auto signature = es256().sign(content);
    const auto refused = [&](const std::string& bytes) { return why(content + '.' + base64url(bytes)); };
    CHECK_FALSE(refused(signature));
    CHECK(refused(std::string(64, '\0')) == errc::signature_wrong);  // CVE-2022-21449
    CHECK(refused(signature.substr(0, 32) + std::string(32, '\0')) == errc::signature_wrong);
    CHECK(refused(std::string(64, '\xFF')) == errc::signature_wrong);
    CHECK(refused(signature + '\0') == errc::signature_wrong);
    CHECK(refused(signature.substr(32) + signature.substr(0, 32)) == errc::signature_wrong);
}

TEST_CASE("a token that was changed at random is never accepted") {
    std::mt19937 random(1);
    const auto below = [&random](std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
    };
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ {}\"\n\xC3";
    const std::string tokens[] = {rs256().token(good_claims()), es256().token(good_claims()),
                                  eddsa().token(good_claims())};
    for (int i = 0; i < 20'000; ++i) {
        const auto& token = tokens[below(3)];
        auto changed = token;
        for (auto changes = below(3) + 1; changes > 0; --changes) {
            const auto at = below(changed.size());
            switch (below(4)) {
                case 0:
                    changed[at] = alphabet[below(alphabet.size())];
                    break;
                case 1:
                    changed.erase(at, below(20));
                    break;
                case 2:
                    changed.insert(at, 1, alphabet[below(alphabet.size())]);
                    break;
                default:
                    changed.replace(at, below(60), tokens[below(3)].substr(below(100), below(60)));
                    break;
            }
            if (changed.empty()) changed = ".";
        }
        if (changed == token) continue;
        INFO(changed);
        REQUIRE(why(changed));
    }
}

TEST_CASE("claims that were changed at random and signed again break nothing") {
    std::mt19937 random(2);
    const auto below = [&random](std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
    };
    const auto claims = json::serialize(with("aud", json::array{audience, "x"}, with("scope", "a b")));
    for (int i = 0; i < 5'000; ++i) {
        auto changed = claims;
        for (auto changes = below(4) + 1; changes > 0; --changes)
            changed[below(changed.size())] = static_cast<char>(below(256));
        const auto checked =
            identity::check_token(eddsa().token_of(R"({"alg":"EdDSA","kid":"ed"})", changed), keys(), expected, noon);
        if (checked.has_error()) continue;
        REQUIRE(checked->issuer == issuer);
        REQUIRE((!checked->subject.empty() && checked->subject.size() <= 255));
        REQUIRE(checked->expires > noon - 60s);
    }
}
