// Answers as a cache keeps them that everybody may read and change: encrypted, and each bound to its question and to
// the commit of which it is as new. AES-256-GCM (NIST SP 800-38D), under a key for each name, with a random nonce.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/answer_cache.hpp"
#include "signing/hmac_sha256.hpp"

namespace tidings::todo_be {

struct answer_name {
    user_id owner;
    std::string_view commit;  // that changed the owner's to-dos last
    std::string_view what;    // among all questions of that owner
};

class sealed_answers {
  public:
    // `key`: of any length, as good as random.
    explicit sealed_answers(std::string_view key) : hmac_(key) {}

    // What to call it in the cache: printable, and nothing can be told from it.
    std::string key_of(const answer_name& n) const;
    // Throws std::runtime_error when OpenSSL fails.
    std::string seal(const answer_name& n, const kept_read& read) const;
    // Nothing when it was not sealed under this name with this key.
    std::optional<kept_read> open(const answer_name& n, std::string_view sealed) const;

  private:
    signing::hmac_sha256::digest digest_of(std::string_view purpose, const answer_name& n) const;

    signing::hmac_sha256 hmac_;
};

}  // namespace tidings::todo_be
