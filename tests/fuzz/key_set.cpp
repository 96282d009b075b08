// The keys of an issuer, and its discovery document.
#include "identity/key_set.hpp"
#include "fuzz/fuzz.hpp"
#include "identity/discovery.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const auto keys = identity::key_set::parse(bytes);
    require(keys.has_error() ? !keys.error().empty() : keys->size() > 0, "keys, or a reason");
    if (keys) {
        for (const auto alg : {identity::algorithm::rs256, identity::algorithm::es256, identity::algorithm::eddsa}) {
            const identity::compact_token token{alg, std::nullopt, {}, "content", std::string(64, 'x')};
            require(keys->verify(token).has_error(), "nothing fits");
        }
    }
    const auto found = identity::jwks_url_in(bytes, "https://id.example.com", false);
    require(found.url.empty() != found.problem.empty(), "a place, or a reason");
    require(found.url.empty() || identity::url_problem(found.url, false).empty(), "a place to fetch from");
    identity::freshness(bytes);
}

}  // namespace tidings::fuzz
