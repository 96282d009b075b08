// A signing key, and a received webhook. Lines: key, id, timestamp, signatures, then the body.
#include "fuzz/fuzz.hpp"
#include "signing/webhook_signature.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const std::vector<std::string> keys{std::string(next_part(bytes))};
    const auto id = next_part(bytes);
    const auto time = next_part(bytes);
    const auto signatures = next_part(bytes);
    const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
    const auto verdict = signing::verify_webhook(keys, id, time, signatures, bytes, now);
    require(verdict || !verdict.error().message().empty(), "a refusal says why");

    auto signer = signing::webhook_signer::create(keys);
    if (!signer) {
        require(!signer.error().message().empty(), "a refusal says why");
        return;
    }
    std::string own;
    signer->sign("id", 1'700'000'000, bytes, own);
    require(signing::verify_webhook(keys, "id", "1700000000", own, bytes, now).has_value(), "what we sign verifies");
    const auto other = std::string(bytes) + "x";
    require(!signing::verify_webhook(keys, "id", "1700000000", own, other, now), "and nothing else does");
}

}  // namespace tidings::fuzz
