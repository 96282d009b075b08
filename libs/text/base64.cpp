#include "text/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace tidings::text {

namespace {

bool in_alphabet(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

std::size_t padding_of(std::string_view text) {
    if (text.ends_with("==")) return 2;
    return text.ends_with('=') ? 1 : 0;
}

}  // namespace

void append_base64(std::string& out, std::span<const std::uint8_t> bytes) {
    const std::size_t start = out.size();
    const std::size_t length = (bytes.size() + 2) / 3 * 4;
    out.resize(start + length + 1);  // OpenSSL writes a terminating zero as well
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data() + start), bytes.data(), static_cast<int>(bytes.size()));
    out.resize(start + length);
}

std::optional<std::string> decode_base64(std::string_view text, std::size_t longest) {
    // EVP_DecodeBlock itself skips white space and counts padding as zero bytes: both are checked here.
    if (text.size() % 4 != 0 || text.size() > longest) return std::nullopt;
    const std::size_t padding = padding_of(text);
    if (!std::ranges::all_of(text.substr(0, text.size() - padding), in_alphabet)) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int written =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (written < 0) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(written) - padding);
    return bytes;
}

std::optional<std::string> decode_base64url(std::string_view text, std::size_t longest) {
    if (text.size() > longest || text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
    std::string standard(text);
    std::ranges::replace(standard, '-', '+');
    std::ranges::replace(standard, '_', '/');
    standard.append((4 - standard.size() % 4) % 4, '=');
    auto bytes = decode_base64(standard, standard.size());
    if (!bytes) return std::nullopt;
    std::string again;
    append_base64(again, {reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()});
    return again == standard ? std::move(bytes) : std::nullopt;
}

}  // namespace tidings::text
