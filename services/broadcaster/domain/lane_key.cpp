#include "domain/lane_key.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <stdexcept>

#include "text/hex.hpp"

namespace tidings::broadcaster {

std::string bounded_lane_key(std::string encoded) {
    if (encoded.size() <= longest_lane_key) return encoded;
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    if (EVP_Digest(encoded.data(), encoded.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("OpenSSL has no SHA-256");
    std::string out = "sha256:";
    for (const auto byte : digest)
        text::append_hex(out, byte);
    return out;
}

std::string lane_key(std::string_view partition_key) {
    std::string out;
    for (const unsigned char c : partition_key) {
        if (c > 0x20 && c < 0x7f && c != '%') {
            out += static_cast<char>(c);
        } else {
            out += '%';
            text::append_hex(out, c);
        }
    }
    return bounded_lane_key(std::move(out));
}

}  // namespace tidings::broadcaster
