// The address of a server that speaks the Redis protocol: redis://[USER[:PASSWORD]@]HOST[:PORT][/DATABASE], over TLS
// with rediss://.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::redis {

struct server_address {
    bool tls = false;
    std::string host;  // without brackets
    std::uint16_t port = 6379;
    std::string user, password;  // both empty: no login
    std::uint32_t database = 0;
};

// The error says what is wrong, and shows nothing of the password.
boost::system::result<server_address, std::string> parse_url(std::string_view text);

}  // namespace tidings::redis
