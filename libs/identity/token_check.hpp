// From a bearer token to whom it speaks for. Pure: keys and time are told, nothing is waited for.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <string_view>

#include "identity/claims.hpp"
#include "identity/key_set.hpp"

namespace tidings::identity {

// Fails with any value of errc. The signature, which is dear, is verified last: what asks for a key that is not there
// is at least meant for us.
boost::system::result<principal> check_token(std::string_view token, const key_set& keys, const expectations& expected,
                                             std::chrono::system_clock::time_point now);

}  // namespace tidings::identity
