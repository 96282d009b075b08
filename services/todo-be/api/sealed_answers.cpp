#include "api/sealed_answers.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>
#include <stdexcept>

#include "text/decimal.hpp"
#include "text/hex.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::size_t nonce_size = 12, tag_size = 16;

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

// "7\n" before the answer: the version of the to-do.
std::string text_of(const kept_read& read) {
    std::string text;
    text.reserve(read.answer->plain.size() + 24);
    text::append_number(text, read.version);
    text += '\n';
    return text += read.answer->plain;
}

std::optional<kept_read> read_of(std::string_view text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto version = text::parse_number<std::int64_t>(text.substr(0, end));
    if (!version) return std::nullopt;
    http::prepared_bytes bytes{std::string(text.substr(end + 1)), {}, {}};
    return kept_read{std::make_shared<const http::prepared_bytes>(std::move(bytes)), *version};
}

}  // namespace

// No part but the last may hold a line break.
signing::hmac_sha256::digest sealed_answers::digest_of(std::string_view purpose, const answer_name& n) const {
    return hmac_.sign({purpose, "\n", std::to_string(n.owner.value), "\n", n.commit, "\n", n.what});
}

std::string sealed_answers::key_of(const answer_name& n) const {
    std::string key = "tidings:";
    for (const auto byte : digest_of("name", n))
        text::append_hex(key, byte);
    return key;
}

std::string sealed_answers::seal(const answer_name& n, const kept_read& read) const {
    const auto key = digest_of("seal", n);
    const auto text = text_of(read);
    std::string nonce(nonce_size, '\0'), hidden(text.size(), '\0'), tag(tag_size, '\0');
    require(RAND_bytes(bytes_of(nonce), nonce_size));
    const cipher c(EVP_CIPHER_CTX_new());
    int size = 0;
    require(EVP_EncryptInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes_of(nonce)));
    require(EVP_EncryptUpdate(c.get(), bytes_of(hidden), &size, bytes_of(text), size_of(text)));
    std::uint8_t rest = 0;
    require(EVP_EncryptFinal_ex(c.get(), &rest, &size));
    require(EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag.data()));
    return nonce + hidden + tag;
}

std::optional<kept_read> sealed_answers::open(const answer_name& n, std::string_view sealed) const {
    if (sealed.size() < nonce_size + tag_size) return std::nullopt;
    const auto key = digest_of("seal", n);
    const auto hidden = sealed.substr(nonce_size, sealed.size() - nonce_size - tag_size);
    std::string tag(sealed.substr(sealed.size() - tag_size)), text(hidden.size(), '\0');
    const cipher c(EVP_CIPHER_CTX_new());
    int size = 0;
    require(EVP_DecryptInit_ex(c.get(), EVP_aes_256_gcm(), nullptr, key.data(), bytes_of(sealed)));
    require(EVP_DecryptUpdate(c.get(), bytes_of(text), &size, bytes_of(hidden), size_of(hidden)));
    require(EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()));
    std::uint8_t rest = 0;
    if (EVP_DecryptFinal_ex(c.get(), &rest, &size) != 1) return std::nullopt;
    return read_of(text);
}

}  // namespace tidings::todo_be
