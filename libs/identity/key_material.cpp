#include "identity/key_material.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <array>
#include <optional>
#include <utility>

#include "identity/json_object.hpp"
#include "text/base64.hpp"

namespace tidings::identity {

namespace json = boost::json;
using key_ptr = std::shared_ptr<EVP_PKEY>;

namespace {

constexpr std::size_t longest_number = 1'024;  // bytes: RSA of 8,192 bits
constexpr int smallest_rsa = 2'048, largest_rsa = 8'192;
constexpr std::size_t longest_exponent = 8;  // bytes: a longer one makes each verification dear
constexpr std::size_t curve_bytes = 32;      // of a coordinate of P-256, and of a key of Ed25519

template <auto Free>
struct freed {
    template <class T>
    void operator()(T* t) const {
        Free(t);
    }
};
template <class T, auto Free>
using owned = std::unique_ptr<T, freed<Free>>;
using number = owned<BIGNUM, BN_free>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

key_ptr own(EVP_PKEY* key) {
    ERR_clear_error();
    return {key, [](EVP_PKEY* k) { EVP_PKEY_free(k); }};
}

std::optional<std::string> bytes_in(const json::object& jwk, std::string_view member) {
    const auto text = text_of(jwk, member);
    return text ? text::decode_base64url(*text, longest_number * 2) : std::nullopt;
}

// A positive number without leading zeros (RFC 7518, 2: Base64urlUInt).
number number_of(const std::optional<std::string>& bytes, std::size_t longest) {
    if (!bytes || bytes->empty() || bytes->size() > longest || bytes->front() == '\0') return nullptr;
    return number(BN_bin2bn(bytes_of(*bytes), static_cast<int>(bytes->size()), nullptr));
}

key_ptr key_of(const char* type, OSSL_PARAM* params) {
    const owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        return own(nullptr);
    return own(key);
}

key_ptr rsa_key(const json::object& jwk) {
    const auto modulus = number_of(bytes_in(jwk, "n"), longest_number);
    const auto exponent = number_of(bytes_in(jwk, "e"), longest_exponent);
    const owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> made(OSSL_PARAM_BLD_new());
    if (!modulus || !exponent || !made ||
        OSSL_PARAM_BLD_push_BN(made.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(made.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
        return nullptr;
    const owned<OSSL_PARAM, OSSL_PARAM_free> params(OSSL_PARAM_BLD_to_param(made.get()));
    return key_of("RSA", params.get());
}

key_ptr p256_key(const json::object& jwk) {
    const auto x = bytes_in(jwk, "x"), y = bytes_in(jwk, "y");
    if (text_of(jwk, "crv") != "P-256" || !x || !y || x->size() != curve_bytes || y->size() != curve_bytes)
        return nullptr;
    auto point = '\x04' + *x + *y;  // SEC 1, 2.3.3; OpenSSL refuses one that is not on the curve
    std::string group = "prime256v1";
    std::array<OSSL_PARAM, 3> params{
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
        OSSL_PARAM_construct_end()};
    return key_of("EC", params.data());
}

key_ptr ed25519_key(const json::object& jwk) {
    const auto x = bytes_in(jwk, "x");
    if (text_of(jwk, "crv") != "Ed25519" || !x || x->size() != curve_bytes) return nullptr;
    return own(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*x), x->size()));
}

bool is_p256(const EVP_PKEY* key) {
    std::array<char, 32> group{};
    return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(), nullptr) == 1 &&
           std::string_view(group.data()) == "prime256v1";
}

// With an exponent of 1 everybody could sign; an even one is no key.
bool has_good_exponent(const EVP_PKEY* key) {
    BIGNUM* given = nullptr;
    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &given);
    const number e(given);
    return e && BN_is_odd(e.get()) && !BN_is_one(e.get()) &&
           BN_num_bytes(e.get()) <= static_cast<int>(longest_exponent);
}

}  // namespace

key_ptr key_of_jwk(const json::object& jwk) {
    const auto type = text_of(jwk, "kty");
    if (type == "RSA") return rsa_key(jwk);
    if (type == "EC") return p256_key(jwk);
    if (type == "OKP") return ed25519_key(jwk);
    return nullptr;
}

key_ptr key_of_pem(std::string_view pem) {
    const owned<BIO, BIO_free_all> text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    return own(text ? PEM_read_bio_PUBKEY(text.get(), nullptr, nullptr, nullptr) : nullptr);
}

boost::system::result<algorithm, std::string> algorithm_of(const EVP_PKEY* key) {
    if (EVP_PKEY_is_a(key, "RSA") == 1) {
        const int bits = EVP_PKEY_get_bits(key);
        if (bits < smallest_rsa || bits > largest_rsa)
            return "is an RSA key of " + std::to_string(bits) + " bits; 2,048 to 8,192 are taken";
        if (!has_good_exponent(key)) return std::string("is an RSA key with an exponent that is not taken");
        return algorithm::rs256;
    }
    if (EVP_PKEY_is_a(key, "EC") == 1 && is_p256(key)) return algorithm::es256;
    if (EVP_PKEY_is_a(key, "ED25519") == 1) return algorithm::eddsa;
    return std::string("is neither RSA nor EC on P-256 nor Ed25519");
}

std::string der_of_es256(std::string_view r_and_s) {
    if (r_and_s.size() != 2 * curve_bytes) return {};
    const owned<ECDSA_SIG, ECDSA_SIG_free> signature(ECDSA_SIG_new());
    number r(BN_bin2bn(bytes_of(r_and_s), curve_bytes, nullptr));
    number s(BN_bin2bn(bytes_of(r_and_s.substr(curve_bytes)), curve_bytes, nullptr));
    if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r.release(), s.release()) != 1) return {};
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &der);
    std::string text(reinterpret_cast<const char*>(der), size > 0 ? static_cast<std::size_t>(size) : 0);
    OPENSSL_free(der);
    return text;
}

}  // namespace tidings::identity
