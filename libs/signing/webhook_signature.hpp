// Standard Webhooks 1.0 signatures (https://www.standardwebhooks.com, spec/standard-webhooks.md).
//
// Signed content: "<webhook-id>.<webhook-timestamp>.<body>". The header `webhook-signature` has one signature per key,
// separated by spaces: "v1,<base64>" for HMAC-SHA256, "v1a,<base64>" for Ed25519.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::signing {

enum class signature_errc {
    bad_key = 1,        // no key at all, a public key that should sign, or one whose halves do not fit
    key_not_base64,     // what follows the prefix, or the whole where there is none, is not padded base64
    key_size,           // base64 of too few or too many bytes
    missing_header,     // a webhook-* header is absent or empty
    bad_timestamp,      // webhook-timestamp is not a whole number of seconds
    timestamp_too_old,  // further in the past than the tolerance
    timestamp_too_new,  // further in the future than the tolerance
    no_match,           // no signature in the header fits any key
};
const boost::system::error_category& signature_category();
boost::system::error_code make_error_code(signature_errc e);

// Signs for one endpoint: one or more keys, each with its OpenSSL context kept ready (re-initialised per message, which
// is four times as fast as HMAC()). Not thread-safe. Move-only; wipes its keys when destroyed.
class webhook_signer {
  public:
    // Each key: "whsec_<base64 of 24..64 bytes>" -> v1, the prefix being optional, as it is for the libraries of
    // Standard Webhooks; "whsk_<base64 of a 32-byte seed or 64-byte key>" -> v1a. Base64 is that of RFC 4648, section
    // 4, with its padding: the one form that every library decodes alike. Fails with bad_key, key_not_base64 or
    // key_size. During a rotation give the new key first, then the old.
    static boost::system::result<webhook_signer> create(const std::vector<std::string>& keys);
    ~webhook_signer();
    webhook_signer(webhook_signer&&) noexcept;
    webhook_signer& operator=(webhook_signer&&) noexcept;

    // Appends the value of `webhook-signature`. `timestamp`: seconds since the epoch.
    void sign(std::string_view id, std::int64_t timestamp, std::string_view body, std::string& out);

  private:
    struct state;
    explicit webhook_signer(std::unique_ptr<state> s);
    std::unique_ptr<state> state_;
};

// What a receiver does. Keys as above; for v1a also "whpk_<base64 of the 32-byte public key>".
// Compares in constant time. Success, or why not.
boost::system::result<void> verify_webhook(const std::vector<std::string>& keys, std::string_view id,
                                           std::string_view timestamp, std::string_view signatures,
                                           std::string_view body,
                                           std::chrono::system_clock::time_point now = std::chrono::system_clock::now(),
                                           std::chrono::seconds tolerance = std::chrono::minutes(5));

// A new key: "whsec_" + base64 of 32 random bytes.
std::string new_webhook_secret();

}  // namespace tidings::signing

template <>
struct boost::system::is_error_code_enum<tidings::signing::signature_errc> : std::true_type {};
