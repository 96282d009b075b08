// The HTTP API of a service: its settings, and the server that they describe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "http/server/server.hpp"
#include "service/settings.hpp"

namespace tidings::service {

// LISTEN_ADDRESS, PORT, API_TOKEN, ALLOWED_HOSTS, API_BASE_PATH.
struct api_settings {
    std::string address = "0.0.0.0";
    std::uint16_t port = 8002;
    std::string token;                       // empty: the API is open
    std::vector<std::string> allowed_hosts;  // beside IP addresses, localhost and names without a dot; "*": any
    std::string base_path;                   // precedes /api: "/project"
};
// Reads the metrics settings as well: their port must differ.
void read(config::reader& in, api_settings& s, metrics_settings& metrics);

// Includes log_failures(). Hosts are checked when there is no token, or when allowed_hosts is set.
http::server_options server_options(const api_settings& s);
// Logs failed handlers, and clients that cannot be accepted.
void log_failures(http::server_options& options);

// Warns when every client that reaches the port may use the API.
void warn_if_open(const api_settings& s);

}  // namespace tidings::service
