// Whom a request is meant for: the Host header, or the authority of an absolute target (RFC 9110, 7.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidings::http {

// uri-host [ ":" port ] with a host that is not empty, as http URIs have it (RFC 9110, 4.2.1). No user info.
bool is_host_value(std::string_view host);

// True when no stranger's name can lead here: the host is an IP literal, `localhost` or a name below it, a name without
// a dot (such a name cannot be registered: Services of Kubernetes, containers, machines of one's own network), or one
// of `allowed`, where "*" is all of them. Anything else may be a name that its owner has pointed at us to have a
// browser speak for him (DNS rebinding). The port, upper and lower case and the root's dot make no difference.
bool host_is_local_or_allowed(std::string_view host, const std::vector<std::string>& allowed);

// Whether an address to listen on is reached from this machine only.
bool is_loopback(const std::string& address);

}  // namespace tidings::http
