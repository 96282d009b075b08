#include "identity/compact_token.hpp"

#include <utility>

#include "identity/json_object.hpp"
#include "text/ascii.hpp"
#include "text/base64.hpp"

namespace tidings::identity {

namespace json = boost::json;
using boost::system::result;

namespace {

std::optional<json::object> decode_object(std::string_view part) {
    const auto text = text::decode_base64url(part, largest_token);
    return text ? read_object(*text) : std::nullopt;
}

// JWTs for other ends, such as logout+jwt, may not pass for access tokens (RFC 8725, 3.11). Many providers name
// theirs only JWT, or nothing.
bool is_access_token(const json::object& header) {
    const auto* const typ = header.if_contains("typ");
    if (typ == nullptr) return true;
    const auto name = text_of(header, "typ").value_or("");
    return text::iequals(name, "JWT") || text::iequals(name, "at+jwt") || text::iequals(name, "application/at+jwt");
}

struct fields {
    algorithm alg;
    std::optional<std::string> kid;
};

result<fields> read_header(const json::object& header) {
    const auto alg = text_of(header, "alg");
    const auto kid = text_of(header, "kid");
    if (!alg || kid.has_value() != header.contains("kid")) return errc::malformed;
    const auto known = algorithm_named(*alg);
    if (!known) return errc::algorithm_refused;
    if (header.contains("crit") || !is_access_token(header)) return errc::header_refused;
    return fields{*known, kid ? std::optional<std::string>(*kid) : std::nullopt};
}

}  // namespace

std::optional<algorithm> algorithm_named(std::string_view name) {
    if (name == "RS256") return algorithm::rs256;
    if (name == "ES256") return algorithm::es256;
    if (name == "EdDSA" || name == "Ed25519") return algorithm::eddsa;
    return std::nullopt;
}

result<compact_token> parse_compact(std::string_view token) {
    if (token.size() > largest_token) return errc::malformed;
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (first == std::string_view::npos || first == last) return errc::malformed;
    // A fourth part is in none of the three: its dot is no base64url.
    const auto header = decode_object(token.substr(0, first));
    if (!header) return errc::malformed;
    auto read = read_header(*header);
    if (read.has_error()) return read.error();
    auto claims = decode_object(token.substr(first + 1, last - first - 1));
    auto signature = text::decode_base64url(token.substr(last + 1), largest_token);
    if (!claims || !signature) return errc::malformed;
    return compact_token{read->alg, std::move(read->kid), std::move(*claims), token.substr(0, last),
                         std::move(*signature)};
}

}  // namespace tidings::identity
