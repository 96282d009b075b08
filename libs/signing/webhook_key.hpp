// One key of a webhook, ready to sign and to verify: HMAC-SHA256 ("v1") or Ed25519 ("v1a").
#pragma once

#include <openssl/evp.h>

#include <boost/system/result.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "signing/hmac_sha256.hpp"

namespace tidings::signing {

// What is signed: "<id>.<timestamp>.<body>". Views are borrowed for the call.
struct signed_content {
    std::string_view id;
    std::string_view timestamp;
    std::string_view body;
};

// Not thread-safe: OpenSSL's contexts are part of it. The key is wiped when it goes.
class webhook_key {
  public:
    // The forms of webhook_signature.hpp. Fails with key_not_base64, key_size or bad_key of signature_errc.
    static boost::system::result<webhook_key> parse(std::string_view text);

    // False for a public key.
    bool can_sign() const { return hmac_ || signs_; }
    // Appends "v1,<base64>" or "v1a,<base64>". Pre: can_sign().
    void sign(const signed_content& content, std::string& out);
    // Does `signature`, one entry of the header, fit? In constant time.
    bool verify(const signed_content& content, std::string_view signature);

  private:
    struct release {
        void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
        void operator()(EVP_PKEY* k) const { EVP_PKEY_free(k); }
    };

    static boost::system::result<webhook_key> symmetric(std::string_view bytes);
    static boost::system::result<webhook_key> signing(std::string_view bytes);
    static boost::system::result<webhook_key> verifying(std::string_view bytes);
    void sign_hmac(const signed_content& content, std::string& out);
    void sign_ed25519(const signed_content& content, std::string& out);
    bool verify_ed25519(const signed_content& content, std::string_view signature);

    std::optional<hmac_sha256> hmac_;              // v1
    std::unique_ptr<EVP_PKEY, release> ed25519_;   // v1a
    std::unique_ptr<EVP_MD_CTX, release> digest_;  // v1a
    std::string message_;                          // v1a: Ed25519 needs the content in one piece
    bool signs_ = false;                           // v1a: the private half is known
};

}  // namespace tidings::signing
