#include "signing/webhook_signature.hpp"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>

#include <array>
#include <optional>
#include <stdexcept>

#include "signing/webhook_key.hpp"
#include "text/base64.hpp"
#include "text/decimal.hpp"

namespace tidings::signing {

namespace {

class category final : public boost::system::error_category {
  public:
    const char* name() const noexcept override { return "webhook-signature"; }
    std::string message(int value) const override {
        switch (static_cast<signature_errc>(value)) {
            case signature_errc::bad_key:
                return "is no key to sign with: give whsec_<base64 of 24..64 bytes> or whsk_<base64 of an Ed25519 key>";
            case signature_errc::key_not_base64:
                return "is not base64 (A-Z a-z 0-9 + / and = to a multiple of 4), which the libraries of receivers "
                       "decode; the key for a plain text is whsec_$(printf %s 'the text' | base64 -w0)";
            case signature_errc::key_size:
                return "decodes to a key of the wrong size: whsec_ takes 24..64 bytes, whsk_ 32 or 64, whpk_ 32; "
                       "make one with whsec_$(openssl rand -base64 32)";
            case signature_errc::missing_header:
                return "webhook-id, webhook-timestamp or webhook-signature is missing";
            case signature_errc::bad_timestamp:
                return "webhook-timestamp is not a whole number of seconds";
            case signature_errc::timestamp_too_old:
                return "webhook-timestamp is too far in the past";
            case signature_errc::timestamp_too_new:
                return "webhook-timestamp is too far in the future";
            case signature_errc::no_match:
                return "no signature matches any key";
        }
        return "unknown signature error";
    }
};

boost::system::result<void> check_age(std::string_view timestamp, std::chrono::system_clock::time_point now,
                                      std::chrono::seconds tolerance) {
    const auto stamp = text::parse_number<std::int64_t>(timestamp);
    if (!stamp || *stamp < 0) return signature_errc::bad_timestamp;
    const auto here = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    if (*stamp < here - tolerance.count()) return signature_errc::timestamp_too_old;
    if (*stamp > here + tolerance.count()) return signature_errc::timestamp_too_new;
    return {};
}

bool any_fits(webhook_key& key, const signed_content& content, std::string_view signatures) {
    while (!signatures.empty()) {
        const std::size_t length = std::min(signatures.find(' '), signatures.size());
        if (length > 0 && key.verify(content, signatures.substr(0, length))) return true;
        signatures.remove_prefix(std::min(length + 1, signatures.size()));
    }
    return false;
}

}  // namespace

const boost::system::error_category& signature_category() {
    static const category instance;
    return instance;
}

boost::system::error_code make_error_code(signature_errc e) { return {static_cast<int>(e), signature_category()}; }

struct webhook_signer::state {
    std::vector<webhook_key> keys;
};

webhook_signer::webhook_signer(std::unique_ptr<state> s) : state_(std::move(s)) {}
webhook_signer::~webhook_signer() = default;
webhook_signer::webhook_signer(webhook_signer&&) noexcept = default;
webhook_signer& webhook_signer::operator=(webhook_signer&&) noexcept = default;

boost::system::result<webhook_signer> webhook_signer::create(const std::vector<std::string>& keys) {
    auto s = std::make_unique<state>();
    for (const std::string& text : keys) {
        auto key = webhook_key::parse(text);
        if (!key) return key.error();
        if (!key->can_sign()) return signature_errc::bad_key;
        s->keys.push_back(std::move(*key));
    }
    if (s->keys.empty()) return signature_errc::bad_key;
    return webhook_signer(std::move(s));
}

void webhook_signer::sign(std::string_view id, std::int64_t timestamp, std::string_view body, std::string& out) {
    std::string seconds;
    text::append_number(seconds, timestamp);
    const signed_content content{id, seconds, body};
    for (webhook_key& key : state_->keys) {
        if (&key != &state_->keys.front()) out += ' ';
        key.sign(content, out);
    }
}

boost::system::result<void> verify_webhook(const std::vector<std::string>& keys, std::string_view id,
                                           std::string_view timestamp, std::string_view signatures,
                                           std::string_view body, std::chrono::system_clock::time_point now,
                                           std::chrono::seconds tolerance) {
    if (id.empty() || timestamp.empty() || signatures.empty()) return signature_errc::missing_header;
    if (auto age = check_age(timestamp, now, tolerance); !age) return age.error();
    bool fits = false;
    boost::system::error_code unusable;
    for (const std::string& text : keys) {
        auto key = webhook_key::parse(text);
        if (!key) unusable = key.error();
        fits = fits || (key && any_fits(*key, {id, timestamp, body}, signatures));
    }
    ERR_clear_error();  // a signature that does not fit leaves its traces in OpenSSL's queue of this thread
    if (fits) return {};
    // Perhaps it was signed with that one.
    if (unusable) return unusable;
    return signature_errc::no_match;
}

std::string new_webhook_secret() {
    std::array<std::uint8_t, 32> bytes{};
    if (RAND_bytes(bytes.data(), bytes.size()) != 1)
        throw std::runtime_error("the system random number generator failed");
    std::string out = "whsec_";
    text::append_base64(out, bytes);
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return out;
}

}  // namespace tidings::signing
