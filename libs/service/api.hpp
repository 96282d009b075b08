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
// The metrics as well: their port must be another one.
void read(config::reader& in, api_settings& s, metrics_settings& metrics);

// The options log what keeps clients out. Hosts are checked where there is no token, or where some are named.
http::server_options server_options(const api_settings& s);
// What a server cannot tell its client goes to the log.
void log_failures(http::server_options& options);

// Warns when every client that reaches the port may use the API.
void warn_if_open(const api_settings& s);

}  // namespace tidings::service
