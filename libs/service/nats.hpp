// The connections of a service to NATS: their settings, and what the log says of them.
#pragma once

#include <string>

#include "bus/connection/connection.hpp"
#include "config/reader.hpp"

namespace tidings::service {

// NATS_URL, NATS_USER, NATS_PASSWORD, NATS_CREDENTIALS, NATS_CA_FILE.
struct nats_settings {
    std::string url = "nats://127.0.0.1:4222";  // one or more, comma-separated
    std::string user, password;                 // where the URL has no login; empty: none
    std::string credentials;                    // path of a .creds file; empty: none
    std::string ca_file;                        // PEM; empty: the system's authorities
};
void read(config::reader& in, nats_settings& s);

// `name` is what the server shows of the connection.
bus::connection_options nats_options(const nats_settings& s, std::string name);

// For the options of one connection, where a service has several to the same servers: logs that it is lost and back.
void log_news(const bus::connection_news& n);

}  // namespace tidings::service
