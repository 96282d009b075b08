// Whom a request is meant for: the Host header, or the authority of an absolute target (RFC 9110, 7.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidings::http {

// uri-host [ ":" port ] with a host that is not empty, as http URIs have it (RFC 9110, 4.2.1). No user info.
bool is_host_value(std::string_view host);

// True when the host cannot be an attacker's name: it is an IP literal, `localhost` or a name below it, a name without
// a dot (these cannot be registered: Kubernetes Services, containers, machines on the local network), or one of
// `allowed`, where "*" allows all. Any other name may have been pointed at this server to make a browser send requests
// here (DNS rebinding). The port, case and a trailing dot are ignored.
bool host_is_local_or_allowed(std::string_view host, const std::vector<std::string>& allowed);

// Whether an address to listen on is reached from this machine only.
bool is_loopback(const std::string& address);

}  // namespace tidings::http
