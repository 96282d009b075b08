#include "identity/token_check.hpp"

namespace tidings::identity {

boost::system::result<principal> check_token(std::string_view token, const key_set& keys, const expectations& expected,
                                             std::chrono::system_clock::time_point now) {
    const auto parsed = parse_compact(token);
    if (parsed.has_error()) return parsed.error();
    auto said = read_claims(parsed->claims, expected, now);
    if (said.has_error()) return said;
    if (const auto signed_by = keys.verify(*parsed); signed_by.has_error()) return signed_by.error();
    return said;
}

}  // namespace tidings::identity
