#include "signing/webhook_signature.hpp"
#include "support/catch.hpp"
#include "text/base64.hpp"

using namespace tidings::signing;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t at = 1614265330;
const auto then = std::chrono::system_clock::time_point(std::chrono::seconds(at));
const std::string key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const std::string id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const std::string body = R"({"test": 2432232314})";

// RFC 8032, section 7.1, test 1.
const std::string seed = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
const std::string public_half = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

boost::system::error_code verify(const std::vector<std::string>& keys, const std::string& time,
                                 const std::string& signatures, std::chrono::system_clock::time_point now = then) {
    const auto answer = verify_webhook(keys, id, time, signatures, body, now);
    return answer ? boost::system::error_code() : answer.error();
}

std::string signed_with(const std::vector<std::string>& keys) {
    std::string out;
    webhook_signer::create(keys)->sign(id, at, body, out);
    return out;
}

}  // namespace

TEST_CASE("the official vector is accepted") { CHECK_FALSE(verify({key}, "1614265330", signature)); }

TEST_CASE("one valid signature is enough") {
    CHECK_FALSE(verify({key}, "1614265330", "v1,AAAA v2,xyz  " + signature + " v1a,BBBB"));
    CHECK_FALSE(verify({new_webhook_secret(), key}, "1614265330", signature));
    CHECK_FALSE(verify({key}, "1614265330", signed_with({new_webhook_secret(), key})));
}

TEST_CASE("a changed id, time, body, key or signature is invalid") {
    CHECK(verify_webhook({key}, "msg_x", "1614265330", signature, body, then).error() == signature_errc::no_match);
    CHECK(verify_webhook({key}, id, "1614265330", signature, body + " ", then).error() == signature_errc::no_match);
    CHECK(verify({key}, "1614265331", signature) == signature_errc::no_match);
    CHECK(verify({new_webhook_secret()}, "1614265330", signature) == signature_errc::no_match);
    CHECK(verify({}, "1614265330", signature) == signature_errc::no_match);
    const auto wrong =
        GENERATE("v1", "v1,", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=", "   ", "g0hM9Ss",
                 "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "v1a,g0hM9SsE+OTPJTGt/tmKtSyZlE3uFJELVlNIOLJ1OE0=");
    INFO(wrong);
    CHECK(verify({key}, "1614265330", wrong) == signature_errc::no_match);
}

TEST_CASE("a missing header is reported as such") {
    CHECK(verify_webhook({key}, "", "1614265330", signature, body, then).error() == signature_errc::missing_header);
    CHECK(verify_webhook({key}, id, "", signature, body, then).error() == signature_errc::missing_header);
    CHECK(verify_webhook({key}, id, "1614265330", "", body, then).error() == signature_errc::missing_header);
}

TEST_CASE("a webhook is accepted only within five minutes of its time") {
    CHECK_FALSE(verify({key}, "1614265330", signature, then + 300s));
    CHECK_FALSE(verify({key}, "1614265330", signature, then - 300s));
    CHECK(verify({key}, "1614265330", signature, then + 301s) == signature_errc::timestamp_too_old);
    CHECK(verify({key}, "1614265330", signature, then - 301s) == signature_errc::timestamp_too_new);
    CHECK(verify({key}, "0", signature) == signature_errc::timestamp_too_old);
    CHECK(verify({key}, "9223372036854775807", signature) == signature_errc::timestamp_too_new);
}

TEST_CASE("a time that is not a whole number of seconds is rejected") {
    const auto text = GENERATE("now", "1614265330.5", " 1614265330", "+1614265330", "-1614265330", "1614265330 ",
                               "0x6037BA72", "9223372036854775808");
    INFO(text);
    CHECK(verify({key}, text, signature) == signature_errc::bad_timestamp);
}

TEST_CASE("an Ed25519 signature is verified with the public key alone") {
    const std::string signatures = signed_with({"whsk_" + seed});
    CHECK_FALSE(verify({"whpk_" + public_half}, "1614265330", signatures));
    CHECK_FALSE(verify({"whsk_" + seed}, "1614265330", signatures));
    CHECK_FALSE(verify({key, "whpk_" + public_half}, "1614265330", signatures));
    CHECK(verify({"whpk_" + public_half}, "1614265331", signatures) == signature_errc::no_match);
    CHECK(verify({"whpk_" + public_half}, "1614265330", signature) == signature_errc::no_match);
}

TEST_CASE("an invalid key is the receiver's error, not the sender's") {
    CHECK(verify({"whsec_!"}, "1614265330", signature) == signature_errc::key_not_base64);
    CHECK(verify({"whpk_AAAA"}, "1614265330", signature) == signature_errc::key_size);
    CHECK(verify({"whsec_!", "whpk_AAAA"}, "1614265330", signature) == signature_errc::key_size);
}

TEST_CASE("an invalid key does not hide a matching one") {
    CHECK(verify({key, "short"}, "1614265330", signature) == boost::system::error_code());
    CHECK(verify({"short", "whpk_AAAA", key}, "1614265330", signature) == boost::system::error_code());
}

TEST_CASE("every error has its own text") {
    for (int value = 1; value <= static_cast<int>(signature_errc::no_match); ++value)
        CHECK(make_error_code(static_cast<signature_errc>(value)).message() != "unknown signature error");
}
