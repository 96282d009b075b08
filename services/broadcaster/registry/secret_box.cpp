#include "registry/secret_box.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>

#include "text/ascii.hpp"
#include "text/base64.hpp"
#include "text/hex.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t key_size = 32, nonce_size = 12, tag_size = 16, id_size = 8;
constexpr std::string_view version = "v1.";

struct release {
    void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
};
using cipher = std::unique_ptr<EVP_CIPHER_CTX, release>;

const std::uint8_t* bytes_of(std::string_view s) { return reinterpret_cast<const std::uint8_t*>(s.data()); }
std::uint8_t* bytes_of(std::string& s) { return reinterpret_cast<std::uint8_t*>(s.data()); }
int size_of(std::string_view s) { return static_cast<int>(s.size()); }

void require(int done) {
    if (done != 1) throw std::runtime_error("OpenSSL cannot encrypt");
}

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

std::string decrypted(const std::uint8_t* key, std::string_view nonce, std::string_view hidden, std::string_view tag,
                      std::string_view name, bool& genuine) {
    const cipher c(EVP_CIPHER_CTX_new());
    std::string out(hidden.size(), '\0');
    std::string wanted(tag);
    int n = 0;
    require(EVP_DecryptInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, key, bytes_of(nonce)));
    require(EVP_DecryptUpdate(c.get(), nullptr, &n, bytes_of(name), size_of(name)));
    require(EVP_DecryptUpdate(c.get(), bytes_of(out), &n, bytes_of(hidden), size_of(hidden)));
    require(EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_SET_TAG, tag_size, wanted.data()));
    std::uint8_t rest = 0;
    genuine = EVP_DecryptFinal_ex(c.get(), &rest, &n) == 1;
    return out;
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
    require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr));
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
    std::string nonce(nonce_size, '\0'), hidden(secret.size(), '\0'), tag(tag_size, '\0');
    require(RAND_bytes(bytes_of(nonce), nonce_size));
    const cipher c(EVP_CIPHER_CTX_new());
    int n = 0;
    require(EVP_EncryptInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, with.bytes.data(), bytes_of(nonce)));
    require(EVP_EncryptUpdate(c.get(), nullptr, &n, bytes_of(endpoint_name), size_of(endpoint_name)));
    require(EVP_EncryptUpdate(c.get(), bytes_of(hidden), &n, bytes_of(secret), size_of(secret)));
    std::uint8_t rest = 0;
    require(EVP_EncryptFinal_ex(c.get(), &rest, &n));
    require(EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag.data()));
    auto out = std::string(version) + with.id + ".";
    const auto all = nonce + hidden + tag;
    text::append_base64(out, {bytes_of(std::string_view(all)), all.size()});
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
    if (!bytes || bytes->size() < nonce_size + tag_size) return unsealing::not_sealed;
    const auto with = std::find_if(keys_.begin(), keys_.end(), [id](const key& k) { return k.id == id; });
    if (with == keys_.end()) return unsealing::unknown_key;
    const std::string_view all(*bytes);
    const auto hidden = all.substr(nonce_size, all.size() - nonce_size - tag_size);
    bool genuine = false;
    auto secret = decrypted(with->bytes.data(), all.substr(0, nonce_size), hidden, all.substr(all.size() - tag_size),
                            endpoint_name, genuine);
    if (!genuine) return unsealing::altered;
    return secret;
}

}  // namespace tidings::broadcaster
