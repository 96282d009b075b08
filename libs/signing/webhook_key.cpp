#include "signing/webhook_key.hpp"

#include <openssl/crypto.h>

#include <array>
#include <optional>
#include <stdexcept>

#include "signing/webhook_signature.hpp"
#include "text/base64.hpp"

namespace tidings::signing {

namespace {

constexpr std::size_t ed25519_key_size = 32;
constexpr std::size_t ed25519_signature_size = 64;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

void check(int answer) {
    if (answer != 1) throw std::runtime_error("OpenSSL failed to sign a webhook");
}

bool public_half_is(const EVP_PKEY* key, std::string_view expected) {
    std::array<unsigned char, ed25519_key_size> actual{};
    std::size_t size = actual.size();
    return EVP_PKEY_get_raw_public_key(key, actual.data(), &size) == 1 &&
           CRYPTO_memcmp(actual.data(), expected.data(), size) == 0;
}

// Decoded key material, wiped when it goes.
class decoded {
  public:
    explicit decoded(std::string_view base64) : bytes_(text::decode_base64(base64)) {}
    ~decoded() {
        if (bytes_) OPENSSL_cleanse(bytes_->data(), bytes_->size());
    }
    decoded(const decoded&) = delete;
    decoded& operator=(const decoded&) = delete;
    bool valid() const { return bytes_.has_value(); }
    std::string_view view() const { return bytes_ ? std::string_view(*bytes_) : std::string_view(); }

  private:
    std::optional<std::string> bytes_;
};

}  // namespace

boost::system::result<webhook_key> webhook_key::parse(std::string_view text) {
    const auto starts = [&](std::string_view prefix) { return text.starts_with(prefix); };
    // The libraries of Standard Webhooks take the prefix away where there is one and decode the rest: so does this.
    const std::size_t prefix = starts("whsec_") ? 6 : starts("whsk_") || starts("whpk_") ? 5 : 0;
    const decoded bytes(text.substr(prefix));
    if (!bytes.valid()) return signature_errc::key_not_base64;
    if (starts("whsk_")) return signing(bytes.view());
    if (starts("whpk_")) return verifying(bytes.view());
    if (bytes.view().size() < 24 || bytes.view().size() > 64) return signature_errc::key_size;
    return symmetric(bytes.view());
}

boost::system::result<webhook_key> webhook_key::symmetric(std::string_view bytes) {
    webhook_key key;
    key.hmac_.emplace(bytes);
    return key;
}

boost::system::result<webhook_key> webhook_key::signing(std::string_view bytes) {
    if (bytes.size() != ed25519_key_size && bytes.size() != 2 * ed25519_key_size) return signature_errc::key_size;
    webhook_key key;
    key.ed25519_.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes), ed25519_key_size));
    key.digest_.reset(EVP_MD_CTX_new());
    key.signs_ = true;
    if (!key.ed25519_ || !key.digest_) throw std::bad_alloc();
    // The 64-byte form carries the public half as well: one that does not belong to the seed is a damaged key.
    if (bytes.size() > ed25519_key_size && !public_half_is(key.ed25519_.get(), bytes.substr(ed25519_key_size)))
        return signature_errc::bad_key;
    return key;
}

boost::system::result<webhook_key> webhook_key::verifying(std::string_view bytes) {
    if (bytes.size() != ed25519_key_size) return signature_errc::key_size;
    webhook_key key;
    key.ed25519_.reset(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(bytes), bytes.size()));
    key.digest_.reset(EVP_MD_CTX_new());
    if (!key.ed25519_ || !key.digest_) return signature_errc::bad_key;
    return key;
}

void webhook_key::sign(const signed_content& content, std::string& out) {
    if (hmac_) return sign_hmac(content, out);
    sign_ed25519(content, out);
}

void webhook_key::sign_hmac(const signed_content& content, std::string& out) {
    const auto signature = hmac_->sign({content.id, ".", content.timestamp, ".", content.body});
    out += "v1,";
    text::append_base64(out, signature);
}

void webhook_key::sign_ed25519(const signed_content& content, std::string& out) {
    message_.assign(content.id).append(".").append(content.timestamp).append(".").append(content.body);
    std::array<std::uint8_t, ed25519_signature_size> signature{};
    std::size_t size = signature.size();
    check(EVP_DigestSignInit(digest_.get(), nullptr, nullptr, nullptr, ed25519_.get()));
    check(EVP_DigestSign(digest_.get(), signature.data(), &size, bytes_of(message_), message_.size()));
    out += "v1a,";
    text::append_base64(out, {signature.data(), size});
}

bool webhook_key::verify(const signed_content& content, std::string_view signature) {
    if (!hmac_) return verify_ed25519(content, signature);
    std::string expected;
    sign_hmac(content, expected);
    return expected.size() == signature.size() &&
           CRYPTO_memcmp(expected.data(), signature.data(), expected.size()) == 0;
}

bool webhook_key::verify_ed25519(const signed_content& content, std::string_view signature) {
    if (!signature.starts_with("v1a,")) return false;
    const std::optional<std::string> bytes = text::decode_base64(signature.substr(4));
    if (!bytes || bytes->size() != ed25519_signature_size) return false;
    message_.assign(content.id).append(".").append(content.timestamp).append(".").append(content.body);
    check(EVP_DigestVerifyInit(digest_.get(), nullptr, nullptr, nullptr, ed25519_.get()));
    return EVP_DigestVerify(digest_.get(), bytes_of(*bytes), bytes->size(), bytes_of(message_), message_.size()) == 1;
}

}  // namespace tidings::signing
