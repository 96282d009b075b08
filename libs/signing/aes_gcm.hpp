// Sealing a text with AES-256-GCM (NIST SP 800-38D): whoever has not the key can neither read nor change it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::signing {

using aes_key = std::array<std::uint8_t, 32>;

inline constexpr std::size_t nonce_size = 12, tag_size = 16;  // bytes: a sealed text is longer by both

// A random nonce, the hidden text, the tag. `bound_to`: what has to be the same when it is opened; it is not hidden,
// nor in there. Throws std::runtime_error when OpenSSL cannot.
std::string seal(const aes_key& key, std::string_view text, std::string_view bound_to = {});

// Nothing: it was not sealed so, or was changed. Throws as seal().
std::optional<std::string> open_sealed(const aes_key& key, std::string_view sealed, std::string_view bound_to = {});

}  // namespace tidings::signing
