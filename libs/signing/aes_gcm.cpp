#include "signing/aes_gcm.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>
#include <stdexcept>

namespace tidings::signing {

namespace {

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

}  // namespace

std::string seal(const aes_key& key, std::string_view text, std::string_view bound_to) {
    std::string nonce(nonce_size, '\0'), hidden(text.size(), '\0'), tag(tag_size, '\0');
    require(RAND_bytes(bytes_of(nonce), nonce_size));
    const cipher c(EVP_CIPHER_CTX_new());
    int n = 0;
    require(EVP_EncryptInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes_of(nonce)));
    if (!bound_to.empty()) require(EVP_EncryptUpdate(c.get(), nullptr, &n, bytes_of(bound_to), size_of(bound_to)));
    require(EVP_EncryptUpdate(c.get(), bytes_of(hidden), &n, bytes_of(text), size_of(text)));
    std::uint8_t rest = 0;
    require(EVP_EncryptFinal_ex(c.get(), &rest, &n));
    require(EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag.data()));
    return nonce + hidden + tag;
}

std::optional<std::string> open_sealed(const aes_key& key, std::string_view sealed, std::string_view bound_to) {
    if (sealed.size() < nonce_size + tag_size) return std::nullopt;
    const auto hidden = sealed.substr(nonce_size, sealed.size() - nonce_size - tag_size);
    std::string tag(sealed.substr(sealed.size() - tag_size)), text(hidden.size(), '\0');
    const cipher c(EVP_CIPHER_CTX_new());
    int n = 0;
    require(EVP_DecryptInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes_of(sealed)));
    if (!bound_to.empty()) require(EVP_DecryptUpdate(c.get(), nullptr, &n, bytes_of(bound_to), size_of(bound_to)));
    require(EVP_DecryptUpdate(c.get(), bytes_of(text), &n, bytes_of(hidden), size_of(hidden)));
    require(EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()));
    std::uint8_t rest = 0;
    if (EVP_DecryptFinal_ex(c.get(), &rest, &n) != 1) return std::nullopt;
    return text;
}

}  // namespace tidings::signing
