// Why a token is not accepted. The messages are for error_description of WWW-Authenticate (RFC 6750, 3): they fit its
// alphabet, and never show any of the token.
#pragma once

#include <boost/system/error_code.hpp>
#include <type_traits>

namespace tidings::identity {

enum class errc {
    malformed = 1,      // not three parts of base64url, too large, or JSON that is broken, deep or repeats a member
    header_refused,     // `crit`, or `typ` of a JWT that is no access token
    algorithm_refused,  // `alg` is not one of ours: `none`, HS256 and whatever else
    issuer_wrong,       // `iss` is another one, or absent
    audience_wrong,     // `aud` does not name this API
    expired,            // `exp` is past
    not_yet_valid,      // `nbf` or `iat` is to come
    claims_wrong,       // a claim that must be there is not, or one has the wrong type
    key_unknown,        // no key fits `kid` and `alg`: perhaps one that is newer than ours
    signature_wrong,    // no key that fits made this signature
};
const boost::system::error_category& token_category();
boost::system::error_code make_error_code(errc e);

// "signature_wrong", as used for metric labels.
const char* name_of(errc e);

}  // namespace tidings::identity

template <>
struct boost::system::is_error_code_enum<tidings::identity::errc> : std::true_type {};
