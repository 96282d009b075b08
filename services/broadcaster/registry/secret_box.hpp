// Encrypts the secrets of endpoints before they are stored: AES-256-GCM (NIST SP 800-38D) with a random nonce of 96
// bits. A sealed secret belongs to one endpoint, whose name is authenticated with it:
//
//     "v1.<key id>.<base64 of nonce, ciphertext and tag>"
//
// The key id, 8 hex digits of the SHA-256 of the key, tells which key opens it.
#pragma once

#include <array>
#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::broadcaster {

enum class unsealing {
    unknown_key = 1,  // sealed with a key that is not here
    not_sealed,       // not of the form above
    altered,          // damaged, or another endpoint's
};

class secret_box {
  public:
    // Without keys: seals nothing and opens nothing.
    secret_box() = default;
    // The keys as ENDPOINTS_KEY_FILE has them: a line each, the first of which seals, in base64 or hex; or one key of
    // 32 raw bytes. The error says what is wrong, and shows nothing of a key.
    static boost::system::result<secret_box, std::string> parse(std::string_view keys);
    secret_box(secret_box&&) = default;
    secret_box& operator=(secret_box&&) = default;
    ~secret_box();  // wipes its keys

    bool can_seal() const { return !keys_.empty(); }
    // Pre: can_seal(). Throws std::runtime_error when OpenSSL fails.
    std::string seal(std::string_view secret, std::string_view endpoint_name) const;
    boost::system::result<std::string, unsealing> open(std::string_view sealed, std::string_view endpoint_name) const;

    // "3f1c9a20" of "v1.3f1c9a20....", for people; empty when it is not sealed.
    static std::string_view key_id_of(std::string_view sealed);

  private:
    struct key {
        std::array<std::uint8_t, 32> bytes{};
        std::string id;
    };
    static key make_key(std::string_view bytes);

    std::vector<key> keys_;
};

}  // namespace tidings::broadcaster
