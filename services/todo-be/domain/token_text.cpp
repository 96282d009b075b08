#include "domain/token_text.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <stdexcept>

namespace tidings::todo_be {

namespace {

constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t random_digits = 30;
constexpr std::size_t check_digits = 6;  // 62^6 > 2^32

// Of those bytes that are below the largest multiple of 62, so that each digit is as likely as the others.
std::string random_text() {
    constexpr unsigned fair = 256 / digits.size() * digits.size();
    std::array<std::uint8_t, 64> block{};
    std::string text;
    while (text.size() < random_digits) {
        if (RAND_bytes(block.data(), static_cast<int>(block.size())) != 1)
            throw std::runtime_error("no random bytes can be had");
        for (const auto byte : block)
            if (byte < fair && text.size() < random_digits) text += digits[byte % digits.size()];
    }
    return text;
}

std::string check_of(std::string_view text) {
    boost::crc_32_type crc;
    crc.process_bytes(text.data(), text.size());
    auto rest = crc.checksum();
    std::string check(check_digits, '0');
    for (auto& c : check) {
        c = digits[rest % digits.size()];
        rest /= digits.size();
    }
    return check;
}

}  // namespace

std::string new_token_text() {
    auto text = std::string(token_prefix) + random_text();
    return text + check_of(text);
}

bool is_token_text(std::string_view text) {
    constexpr auto checked = token_prefix.size() + random_digits;
    return text.size() == checked + check_digits && text.starts_with(token_prefix) &&
           text.find_first_not_of(digits, token_prefix.size()) == text.npos &&
           check_of(text.substr(0, checked)) == text.substr(checked);
}

token_hash hash_of(std::string_view token) {
    token_hash digest{};
    if (EVP_Digest(token.data(), token.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 cannot be had");
    return digest;
}

}  // namespace tidings::todo_be
