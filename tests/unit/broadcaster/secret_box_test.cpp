#include "registry/secret_box.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;

namespace {

// openssl rand -base64 32, and the same in hex.
constexpr const char* in_base64 = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
constexpr const char* in_hex = "3031323334353637383961626364656630313233343536373839616263646566";
constexpr const char* other = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
constexpr const char* secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

secret_box box(const std::string& keys) {
    auto made = secret_box::parse(keys);
    REQUIRE(made.has_value());
    return std::move(*made);
}

}  // namespace

TEST_CASE("a sealed secret is opened for its endpoint and shows no plain text") {
    const auto b = box(in_base64);
    const auto sealed = b.seal(secret, "billing");
    CHECK(sealed.starts_with("v1."));
    CHECK(sealed.find("MfKQ9r8G") == std::string::npos);
    CHECK(*b.open(sealed, "billing") == secret);
    CHECK(b.seal(secret, "billing") != sealed);
}

TEST_CASE("an altered secret, or one of another endpoint, is not opened") {
    const auto b = box(in_base64);
    const auto sealed = b.seal(secret, "billing");
    CHECK(b.open(sealed, "shipping").error() == unsealing::altered);
    for (std::size_t i = 20; i < sealed.size() - 4; ++i) {
        auto damaged = sealed;
        damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
        CHECK(b.open(damaged, "billing").has_error());
    }
    for (const auto* text : {"", "v1.", "v1.00000000", "v1.00000000.", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
        CHECK(b.open(text, "billing").error() == unsealing::not_sealed);
}

TEST_CASE("the first key seals, the others still open") {
    const auto before = box(other);
    const auto both = box(std::string(in_base64) + "\n" + other + "\n");
    const auto sealed = before.seal(secret, "billing");
    CHECK(*both.open(sealed, "billing") == secret);
    CHECK(before.open(both.seal(secret, "billing"), "billing").error() == unsealing::unknown_key);
    CHECK(secret_box::key_id_of(sealed).size() == 8);
    CHECK(secret_box::key_id_of(sealed) != secret_box::key_id_of(both.seal(secret, "billing")));
}

TEST_CASE("a key is base64, hex or 32 raw bytes") {
    const auto sealed = box(in_base64).seal(secret, "billing");
    CHECK(*box(in_hex).open(sealed, "billing") == secret);
    std::string raw(32, '\x80');
    raw[3] = '\n';
    CHECK(box(raw).can_seal());
    CHECK_FALSE(secret_box().can_seal());
    CHECK_FALSE(box("\n").can_seal());
}

TEST_CASE("a bad key is reported by its line and not shown") {
    for (const std::string text :
         {"hush", "0123456789abcdef0123456789abcdef", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}) {
        const auto made = secret_box::parse(std::string(in_base64) + "\n" + text);
        REQUIRE(made.has_error());
        CHECK(made.error().starts_with("line 2 is not a key of 32 bytes"));
        CHECK(made.error().find(text) == std::string::npos);
    }
}
