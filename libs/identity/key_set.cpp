#include "identity/key_set.hpp"

#include <algorithm>
#include <utility>

#include "identity/json_object.hpp"
#include "text/ascii.hpp"

namespace tidings::identity {

namespace json = boost::json;

namespace {

constexpr std::size_t most_tried = 4;
constexpr std::string_view pem_end = "-----END PUBLIC KEY-----";

using keys_result = boost::system::result<std::vector<public_key>, std::string>;

// `why`: of the last one that is passed over.
void add(std::vector<public_key>& keys, boost::system::result<public_key, std::string> key, std::string& why) {
    if (key.has_error())
        why = std::move(key).error();
    else
        keys.push_back(std::move(*key));
}

keys_result of_json(std::string_view text) {
    const auto document = read_object(text);
    if (!document) return std::string("is no JSON object, is nested too deep or has a member twice");
    const auto* const listed = document->if_contains("keys");
    if (listed != nullptr && !listed->is_array()) return std::string("has keys that are no list");
    const json::array one{*document};
    std::vector<public_key> keys;
    std::string why = "there is none";
    for (const auto& entry : listed != nullptr ? listed->get_array() : one)
        if (entry.is_object()) add(keys, public_key::of_jwk(entry.get_object()), why);
    if (keys.empty()) return "has no key that can be used: " + why;
    return keys;
}

// Here nothing is passed over: somebody chose these keys.
keys_result of_pem(std::string_view text) {
    std::vector<public_key> keys;
    for (auto rest = text; !text::trim(rest).empty();) {
        const auto end = rest.find(pem_end);
        auto key = public_key::of_pem(rest.substr(0, end == rest.npos ? rest.npos : end + pem_end.size()));
        if (key.has_error()) return std::move(key).error();
        keys.push_back(std::move(*key));
        rest.remove_prefix(end == rest.npos ? rest.size() : end + pem_end.size());
    }
    if (keys.empty()) return std::string("is empty");
    return keys;
}

bool fits(const public_key& key, const compact_token& token) {
    return key.alg() == token.alg && (!key.kid() || !token.kid || key.kid() == token.kid);
}

}  // namespace

boost::system::result<key_set, std::string> key_set::parse(std::string_view text) {
    if (text.size() > largest_key_text) return std::string("is longer than 64 KiB");
    auto keys = text::trim(text).starts_with('{') ? of_json(text) : of_pem(text);
    if (keys.has_error()) return std::move(keys).error();
    key_set set;
    set.keys_ = std::move(*keys);
    return set;
}

boost::system::result<void> key_set::verify(const compact_token& token) const {
    std::size_t tried = 0;
    for (const auto& key : keys_) {
        if (!fits(key, token)) continue;
        if (key.verify(token.signed_part, token.signature)) return {};
        if (++tried == most_tried) break;
    }
    return tried == 0 ? errc::key_unknown : errc::signature_wrong;
}

bool operator==(const key_set& a, const key_set& b) {
    return a.keys_.size() == b.keys_.size() && std::is_permutation(a.keys_.begin(), a.keys_.end(), b.keys_.begin());
}

}  // namespace tidings::identity
