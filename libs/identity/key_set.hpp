// The keys that tokens of one issuer may be signed with.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "identity/compact_token.hpp"
#include "identity/public_key.hpp"

namespace tidings::identity {

inline constexpr std::size_t largest_key_text = std::size_t{64} * 1024;

class key_set {
  public:
    // A JWK set (RFC 7517, 5), a single JWK, or public keys in PEM, one after the other. What a set has beside keys
    // that can be used is passed over, as providers publish keys for other ends too. Fails, with the reason for people,
    // when the text is none of these, is longer than 64 KiB, or no key is left.
    static boost::system::result<key_set, std::string> parse(std::string_view text);

    // The signature fits one of the keys that the token may ask for: those for its algorithm with its `kid`, or
    // without any; of a token without `kid`, all for its algorithm. At most 4 are tried.
    // Fails with key_unknown or signature_wrong.
    boost::system::result<void> verify(const compact_token& token) const;

    std::size_t size() const { return keys_.size(); }
    // The same keys, in whatever order.
    friend bool operator==(const key_set& a, const key_set& b);

  private:
    std::vector<public_key> keys_;
};

}  // namespace tidings::identity
