#include "signing/webhook_signature.hpp"

#include "support/catch.hpp"
#include "text/base64.hpp"

using namespace tidings::signing;

namespace {

std::string sign(const std::vector<std::string>& keys, std::string_view id, std::int64_t at, std::string_view body) {
    auto signer = webhook_signer::create(keys);
    REQUIRE(signer.has_value());
    std::string out;
    signer->sign(id, at, body, out);
    return out;
}

std::string base64(const std::string& bytes) {
    std::string out;
    tidings::text::append_base64(out, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    return out;
}

const std::string official_key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string official_signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr std::string_view official_id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::int64_t official_time = 1614265330;
constexpr std::string_view official_body = R"({"test": 2432232314})";

// RFC 8032, section 7.1, test 1: seed and public key.
const std::string seed = base64(
    "\x9d\x61\xb1\x9d\xef\xfd\x5a\x60\xba\x84\x4a\xf4\x92\xec\x2c\xc4\x44\x49\xc5\x69\x7b\x32\x69\x19\x70\x3b\xac\x03"
    "\x1c\xae\x7f\x60");
const std::string public_half = base64(
    "\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68"
    "\xf7\x07\x51\x1a");

}  // namespace

TEST_CASE("the official Standard Webhooks vector gives its signature") {
    CHECK(sign({official_key}, official_id, official_time, official_body) == official_signature);
}

TEST_CASE("a signer gives the same signature message after message") {
    auto signer = webhook_signer::create({official_key});
    REQUIRE(signer.has_value());
    for (int i = 0; i < 100; ++i) {
        std::string other, out;
        signer->sign("msg_other", i, std::string(static_cast<std::size_t>(i) * 37, 'x'), other);
        signer->sign(official_id, official_time, official_body, out);
        CHECK(out == official_signature);
        CHECK(other != out);
    }
}

TEST_CASE("during a rotation both keys sign, the new one first") {
    const std::string fresh = new_webhook_secret();
    const std::string both = sign({fresh, official_key}, official_id, official_time, official_body);
    CHECK(both == sign({fresh}, official_id, official_time, official_body) + " " + official_signature);
}

TEST_CASE("the signature is appended") {
    auto signer = webhook_signer::create({official_key});
    std::string out = "webhook-signature: ";
    signer->sign(official_id, official_time, official_body, out);
    CHECK(out == "webhook-signature: " + official_signature);
}

TEST_CASE("a moved signer still signs") {
    auto first = webhook_signer::create({official_key});
    webhook_signer second = std::move(*first);
    std::string out;
    second.sign(official_id, official_time, official_body, out);
    CHECK(out == official_signature);
}

TEST_CASE("an Ed25519 key signs the same from a seed and from a full key") {
    REQUIRE(seed.size() == 44);
    REQUIRE(public_half.size() == 44);
    const std::string whole = base64(*tidings::text::decode_base64(seed) + *tidings::text::decode_base64(public_half));
    const std::string signature = sign({"whsk_" + seed}, "msg_1", 1, "hello");
    CHECK(signature.starts_with("v1a,"));
    CHECK(signature.size() == 4 + 88);
    CHECK(sign({"whsk_" + whole}, "msg_1", 1, "hello") == signature);
    CHECK(sign({"whsk_" + seed}, "msg_1", 2, "hello") != signature);
}

TEST_CASE("the prefix whsec_ is optional, as in receivers' libraries") {
    const std::string bare = official_key.substr(6);
    CHECK(sign({bare}, official_id, official_time, official_body) == official_signature);
    for (const std::size_t size : {24U, 25U, 26U, 32U, 64U}) {
        const std::string key = base64(std::string(size, 'k'));
        INFO(key);
        CHECK(sign({key}, "id", 1, "body") == sign({"whsec_" + key}, "id", 1, "body"));
    }
}

TEST_CASE("an invalid signing key is rejected with the reason") {
    using enum signature_errc;
    struct row {
        std::string key;
        signature_errc why;
    };
    const std::string whole_with_wrong_half =
        "whsk_" + base64(*tidings::text::decode_base64(seed) + std::string(32, 'x'));
    const std::vector<row> table = {
        {"", key_size},
        {"short", key_not_base64},
        {"plain text secret", key_not_base64},
        {"plain ascii text secret!", key_not_base64},
        {"a-text-of-dashes-and-words-0123456789", key_not_base64},
        {"CorrectHorseBatteryStaple", key_not_base64},           // letters only, but not a multiple of 4
        {"CorrectHorseBatteryStaples99", key_size},              // base64 by chance, of 21 bytes
        {std::string(16, 'k'), key_size},                        // of 12 bytes
        {std::string(257, 'k'), key_not_base64},                 // not a multiple of 4
        {std::string(256, 'k'), key_size},                       // of 192 bytes
        {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", key_not_base64},  // white space
        {"whsec_", key_size},
        {"whsec_not base64 at all!", key_not_base64},
        {"WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", key_not_base64},
        {"whsec_" + base64(std::string(32, 'k')).substr(0, 43), key_not_base64},  // without its padding
        {"whsec_" + std::string(30, 'k') + "-_", key_not_base64},                 // the URL alphabet
        {"whsec_" + base64(std::string(23, 'k')), key_size},
        {base64(std::string(23, 'k')), key_size},
        {"whsec_" + base64(std::string(65, 'k')), key_size},
        {"whsk_" + base64(std::string(31, 'k')), key_size},
        {"whsk_" + seed.substr(0, 43), key_not_base64},
        {whole_with_wrong_half, bad_key},
        {"whpk_" + public_half, bad_key},
    };
    for (const auto& [key, why] : table) {
        INFO(key);
        CHECK(webhook_signer::create({key}).error() == why);
        CHECK(webhook_signer::create({official_key, key}).error() == why);
    }
    CHECK(webhook_signer::create({}).error() == bad_key);
}

TEST_CASE("secrets of 24 to 64 bytes are accepted") {
    CHECK(webhook_signer::create({"whsec_" + base64(std::string(24, 'k'))}).has_value());
    CHECK(webhook_signer::create({"whsec_" + base64(std::string(64, 'k'))}).has_value());
}

TEST_CASE("new secrets are valid keys and differ") {
    const std::string one = new_webhook_secret();
    CHECK(webhook_signer::create({one}).has_value());
    CHECK(one != new_webhook_secret());
}
