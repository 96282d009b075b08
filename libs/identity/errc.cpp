#include "identity/errc.hpp"

#include <array>
#include <string>

namespace tidings::identity {

namespace {

struct row {
    const char* name;
    const char* message;
};

constexpr row unknown{"unknown", "the token is not accepted"};
constexpr std::array<row, 11> rows{{
    unknown,
    {"malformed", "the token is not a well-formed JWT"},
    {"header_refused", "the header of the token has crit, or a typ other than JWT and at+jwt"},
    {"algorithm_refused", "the token is not signed with RS256, ES256 or EdDSA"},
    {"issuer_wrong", "the token is of another issuer"},
    {"audience_wrong", "the token is for another audience"},
    {"expired", "the token has expired"},
    {"not_yet_valid", "the token is not valid yet"},
    {"claims_wrong", "a claim of the token is missing, or not of its type"},
    {"key_unknown", "the token is signed with a key that the issuer does not publish"},
    {"signature_wrong", "the signature of the token does not fit"},
}};

const row& row_of(int value) {
    return value > 0 && value < static_cast<int>(rows.size()) ? rows[static_cast<std::size_t>(value)] : unknown;
}

class category final : public boost::system::error_category {
  public:
    const char* name() const noexcept override { return "token"; }
    std::string message(int value) const override { return row_of(value).message; }
};

}  // namespace

const boost::system::error_category& token_category() {
    static const category instance;
    return instance;
}

boost::system::error_code make_error_code(errc e) { return {static_cast<int>(e), token_category()}; }

const char* name_of(errc e) { return row_of(static_cast<int>(e)).name; }

}  // namespace tidings::identity
