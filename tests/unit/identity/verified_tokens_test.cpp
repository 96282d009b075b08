#include "identity/verified_tokens.hpp"

#include "signer.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace std::chrono_literals;
using test::noon;

namespace {

identity::principal who(const std::string& subject) {
    return {.issuer = test::issuer, .subject = subject, .name = {}, .scopes = {}, .expires = noon};
}

}  // namespace

TEST_CASE("a token is remembered until it expires") {
    identity::verified_tokens tokens(10);
    tokens.remember("a", who("anna"));
    REQUIRE(tokens.find("a", noon - 1ns) != nullptr);
    CHECK(tokens.find("a", noon - 1ns)->subject == "anna");
    CHECK(tokens.find("b", noon - 1s) == nullptr);
    CHECK(tokens.find("a", noon) == nullptr);
    CHECK(tokens.size() == 0);
}

TEST_CASE("of too many tokens those that were used last are remembered") {
    identity::verified_tokens tokens(3);
    for (const auto* token : {"a", "b", "c"})
        tokens.remember(token, who(token));
    CHECK(tokens.find("a", noon - 1s) != nullptr);
    tokens.remember("d", who("d"));
    CHECK(tokens.size() == 3);
    CHECK(tokens.find("b", noon - 1s) == nullptr);
    for (const auto* token : {"a", "c", "d"})
        CHECK(tokens.find(token, noon - 1s)->subject == token);
}

TEST_CASE("a token that is remembered again counts once") {
    identity::verified_tokens tokens(3);
    tokens.remember("a", who("anna"));
    tokens.remember("a", who("bert"));
    CHECK(tokens.size() == 1);
    CHECK(tokens.find("a", noon - 1s)->subject == "bert");
    tokens.clear();
    CHECK(tokens.find("a", noon - 1s) == nullptr);
}
