#include "signer.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "text/base64.hpp"

namespace tidings::test {

namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

EVP_PKEY* make_key(const std::string& kind, unsigned bits) {
    if (kind == "RS256") return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{bits});
    if (kind == "ES256") return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
}

std::string number_of(const EVP_PKEY* key, const char* name, int size = 0) {
    BIGNUM* n = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &n) != 1) throw std::runtime_error(name);
    std::string bytes(static_cast<std::size_t>(size > 0 ? size : BN_num_bytes(n)), '\0');
    BN_bn2binpad(n, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    BN_free(n);
    return base64url(bytes);
}

// r and s, from DER.
std::string raw_signature(const std::string& der) {
    const auto* at = bytes_of(der);
    ECDSA_SIG* const s = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    std::string raw(64, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(raw.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(s), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(s), out + 32, 32);
    ECDSA_SIG_free(s);
    return raw;
}

}  // namespace

std::string base64url(std::string_view bytes) {
    std::string text;
    text::append_base64(text, {bytes_of(bytes), bytes.size()});
    while (text.ends_with('='))
        text.pop_back();
    for (char& c : text)
        c = c == '+' ? '-' : c == '/' ? '_' : c;
    return text;
}

signer::signer(std::string kind, std::string kid, unsigned bits)
    : kind_(std::move(kind)),
      kid_(std::move(kid)),
      key_(make_key(kind_, bits), [](EVP_PKEY* k) { EVP_PKEY_free(k); }) {}

std::string signer::sign(std::string_view content) const {
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    std::string signature(1'024, '\0');
    auto size = signature.size();
    const bool made =
        EVP_DigestSignInit(context, nullptr, kind_ == "EdDSA" ? nullptr : EVP_sha256(), nullptr, key_.get()) == 1 &&
        EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(content),
                       content.size()) == 1;
    EVP_MD_CTX_free(context);
    if (!made) throw std::runtime_error("cannot sign");
    signature.resize(size);
    return kind_ == "ES256" ? raw_signature(signature) : signature;
}

std::string signer::token(const json::object& claims, const json::object& header) const {
    json::object whole{{"alg", kind_}, {"kid", kid_}};
    for (const auto& [name, value] : header)
        whole[name] = value;
    return token_of(json::serialize(whole), json::serialize(claims));
}

std::string signer::token_of(std::string_view header, std::string_view claims) const {
    const auto content = base64url(header) + '.' + base64url(claims);
    return content + '.' + base64url(sign(content));
}

json::object signer::jwk() const {
    if (kind_ == "RS256")
        return {{"kty", "RSA"},
                {"kid", kid_},
                {"n", number_of(key_.get(), OSSL_PKEY_PARAM_RSA_N)},
                {"e", number_of(key_.get(), OSSL_PKEY_PARAM_RSA_E)}};
    if (kind_ == "ES256")
        return {{"kty", "EC"},
                {"crv", "P-256"},
                {"kid", kid_},
                {"x", number_of(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, 32)},
                {"y", number_of(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, 32)}};
    std::string bytes(32, '\0');
    auto size = bytes.size();
    EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size);
    return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", kid_}, {"x", base64url(bytes)}};
}

std::string signer::pem() const {
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(out, key_.get());
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out, &text);
    std::string pem(text, static_cast<std::size_t>(size));
    BIO_free(out);
    return pem;
}

const signer& rs256() {
    static const signer s("RS256", "rsa");
    return s;
}
const signer& es256() {
    static const signer s("ES256", "ec");
    return s;
}
const signer& eddsa() {
    static const signer s("EdDSA", "ed");
    return s;
}

std::string jwk_set(std::initializer_list<json::object> keys) {
    json::array list;
    for (const auto& key : keys)
        list.emplace_back(key);
    return json::serialize(json::object{{"keys", list}});
}

identity::key_set keys_of(const std::string& text) {
    auto set = identity::key_set::parse(text);
    if (set.has_error()) throw std::runtime_error(set.error());
    return std::move(*set);
}

std::string hs256_token(const json::object& claims, std::string_view secret) {
    const auto content = base64url(R"({"alg":"HS256","kid":"rsa"})") + '.' + base64url(json::serialize(claims));
    std::array<unsigned char, 32> mac{};
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(content), content.size(), mac.data(),
         nullptr);
    return content + '.' + base64url({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

json::object good_claims() {
    const auto now = std::chrono::floor<std::chrono::seconds>(noon).time_since_epoch().count();
    return {{"iss", issuer}, {"aud", audience}, {"sub", "anna"}, {"iat", now - 10}, {"exp", now + 300}};
}

json::object without(std::string_view name) {
    auto claims = good_claims();
    claims.erase({name.data(), name.size()});
    return claims;
}

}  // namespace tidings::test
