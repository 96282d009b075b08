// NATS URLs, parsed and checked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidings::bus {

struct server_list {
    std::vector<std::string> urls;  // each with its scheme and, where it has one, its login
    bool tls = false;               // one of them says tls://
};

// "nats://user:password@host:port", also without scheme, login or port; several separated by commas.
// Throws std::invalid_argument that names the offending part without its login.
server_list parse_servers(std::string_view urls);

// The same list without logins, for a log. Throws as parse_servers() does.
std::string public_urls(std::string_view urls);

// `configured` and those of `discovered` ("nats://host:port", announced by a cluster) that are not among them, the
// latter with the scheme and the login of the first configured one: the members of a cluster share them.
std::vector<std::string> with_discovered(const server_list& configured, const std::vector<std::string>& discovered);

// "host:port" of a URL.
std::string place_of(std::string_view url);

// Whether the URL may lead to several servers: its host is a name.
bool has_host_name(std::string_view url);

}  // namespace tidings::bus
