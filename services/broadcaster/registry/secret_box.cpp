#include "registry/secret_box.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "signing/aes_gcm.hpp"
#include "text/ascii.hpp"
#include "text/base64.hpp"
#include "text/hex.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t key_size = 32, id_size = 8;
constexpr std::string_view version = "v1.";

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() != 2 * key_size) return std::nullopt;
    std::string out;
    for (; !text.empty(); text.remove_prefix(2)) {
        const auto byte = text::parse_hex_byte(text);
        if (!byte) return std::nullopt;
        out += static_cast<char>(*byte);
    }
    return out;
}

std::optional<std::string> decoded(std::string_view line) {
    if (auto key = from_hex(line)) return key;
    auto key = text::decode_base64(line);
    if (key && key->size() == key_size) return key;
    return std::nullopt;
}

bool is_text(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

secret_box::~secret_box() {
    for (auto& k : keys_)
        OPENSSL_cleanse(k.bytes.data(), k.bytes.size());
}

secret_box::key secret_box::make_key(std::string_view bytes) {
    key k;
    std::copy(bytes.begin(), bytes.end(), k.bytes.begin());
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("OpenSSL cannot encrypt");
    for (std::size_t i = 0; i < id_size / 2; ++i)
        text::append_hex(k.id, digest[i]);
    return k;
}

boost::system::result<secret_box, std::string> secret_box::parse(std::string_view keys) {
    secret_box box;
    if (keys.size() == key_size && !is_text(keys)) {
        box.keys_.push_back(make_key(keys));
        return box;
    }
    for (std::size_t line = 1; !keys.empty(); ++line) {
        const auto end = std::min(keys.find('\n'), keys.size());
        const auto text = text::trim(keys.substr(0, end));
        keys.remove_prefix(std::min(end + 1, keys.size()));
        if (text.empty()) continue;
        const auto key = decoded(text);
        if (!key)
            return "line " + std::to_string(line) +
                   " is not a key of 32 bytes in base64 or hex; make one with: openssl rand -base64 32";
        box.keys_.push_back(make_key(*key));
    }
    return box;
}

std::string secret_box::seal(std::string_view secret, std::string_view endpoint_name) const {
    const auto& with = keys_.front();
    auto out = std::string(version) + with.id + ".";
    const auto sealed = signing::seal(with.bytes, secret, endpoint_name);
    text::append_base64(out, {reinterpret_cast<const std::uint8_t*>(sealed.data()), sealed.size()});
    return out;
}

std::string_view secret_box::key_id_of(std::string_view sealed) {
    const auto begin = version.size();
    const bool fits = sealed.starts_with(version) && sealed.size() > begin + id_size && sealed[begin + id_size] == '.';
    return fits ? sealed.substr(begin, id_size) : std::string_view();
}

boost::system::result<std::string, unsealing> secret_box::open(std::string_view sealed,
                                                               std::string_view endpoint_name) const {
    const auto id = key_id_of(sealed);
    if (id.empty()) return unsealing::not_sealed;
    const auto bytes = text::decode_base64(sealed.substr(version.size() + id_size + 1));
    if (!bytes || bytes->size() < signing::nonce_size + signing::tag_size) return unsealing::not_sealed;
    const auto with = std::find_if(keys_.begin(), keys_.end(), [id](const key& k) { return k.id == id; });
    if (with == keys_.end()) return unsealing::unknown_key;
    auto secret = signing::open_sealed(with->bytes, *bytes, endpoint_name);
    if (!secret) return unsealing::altered;
    return std::move(*secret);
}

}  // namespace tidings::broadcaster
