#include "identity/public_key.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <utility>

#include "identity/json_object.hpp"
#include "identity/key_material.hpp"

namespace tidings::identity {

namespace json = boost::json;
using key_result = boost::system::result<public_key, std::string>;

namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

bool may_verify(const json::object& jwk) {
    if (jwk.contains("use") && text_of(jwk, "use") != "sig") return false;
    const auto* const ops = jwk.if_contains("key_ops");
    if (ops == nullptr) return true;
    if (!ops->is_array()) return false;
    for (const auto& op : ops->get_array())
        if (op.is_string() && op.get_string() == "verify") return true;
    return false;
}

std::string der_of(const EVP_PKEY* key) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key, &der);
    std::string text(reinterpret_cast<const char*>(der), size > 0 ? static_cast<std::size_t>(size) : 0);
    OPENSSL_free(der);
    return text;
}

struct free_context {
    void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
};

}  // namespace

key_result public_key::checked(handle key, std::optional<std::string> kid) {
    const auto alg = algorithm_of(key.get());
    if (alg.has_error()) return alg.error();
    public_key made;
    made.der_ = der_of(key.get());
    made.key_ = std::move(key);
    made.alg_ = *alg;
    made.kid_ = std::move(kid);
    return made;
}

key_result public_key::of_jwk(const json::object& jwk) {
    if (!may_verify(jwk)) return std::string("is not for signatures");
    for (const auto* part : {"d", "k"})
        if (jwk.contains(part)) return std::string("shows what is to be secret: give the public key");
    const auto kid = text_of(jwk, "kid");
    if (kid.has_value() != jwk.contains("kid")) return std::string("has a kid that is no text");
    auto material = key_of_jwk(jwk);
    if (!material) return std::string("is no RSA, EC (P-256) or OKP (Ed25519) key that is well-formed");
    auto key = checked(std::move(material), kid ? std::optional<std::string>(*kid) : std::nullopt);
    if (key.has_error() || !jwk.contains("alg")) return key;
    if (algorithm_named(text_of(jwk, "alg").value_or("")) != key->alg()) return std::string("is for another algorithm");
    return key;
}

key_result public_key::of_pem(std::string_view pem) {
    auto material = key_of_pem(pem);
    if (!material) return std::string("is no public key in PEM (-----BEGIN PUBLIC KEY-----)");
    return checked(std::move(material), std::nullopt);
}

bool public_key::verify(std::string_view content, std::string_view signature) const {
    const auto form = alg_ == algorithm::es256 ? der_of_es256(signature) : std::string(signature);
    const std::unique_ptr<EVP_MD_CTX, free_context> context(EVP_MD_CTX_new());
    const auto* const digest = alg_ == algorithm::eddsa ? nullptr : EVP_sha256();
    const bool fits =
        context && !form.empty() && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key_.get()) == 1 &&
        EVP_DigestVerify(context.get(), bytes_of(form), form.size(), bytes_of(content), content.size()) == 1;
    ERR_clear_error();  // what it noted here is not for whoever asks OpenSSL next
    return fits;
}

}  // namespace tidings::identity
