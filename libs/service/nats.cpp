#include "service/nats.hpp"

#include <stdexcept>

#include "config/typed_settings.hpp"
#include "http/client/tls.hpp"
#include "observe/log.hpp"

namespace tidings::service {

void read(config::reader& in, nats_settings& s) {
    in.text({"nats_url", "NATS_URL", "one or more URLs of NATS, comma-separated"}, s.url);
    try {
        bus::public_urls(s.url);
    } catch (const std::invalid_argument& e) {
        in.problem("nats_url", e.what());
    }
    in.text({"nats_user", "NATS_USER", "user at NATS, where the URL names none"}, s.user);
    in.secret({"nats_password", "NATS_PASSWORD", "its password"}, s.password);
    if (s.user.find_first_of(".*> \t\r\n") != std::string::npos)
        in.problem("nats_user", "must be one token of a subject: without '.', '*', '>' and spaces");
    if (s.user.empty() != s.password.empty()) in.problem("nats_password", "goes with NATS_USER: both, or neither");
    config::read_file(in, {"nats_credentials", "NATS_CREDENTIALS", "path of a .creds file"}, s.credentials);
    if (config::read_file(in, {"nats_ca_file", "NATS_CA_FILE", "CA certificates for tls://, PEM; empty: the system's"},
                          s.ca_file))
        in.problem("nats_ca_file", http::ca_file_problem(s.ca_file));
}

bus::connection_options nats_options(const nats_settings& s, std::string name) {
    bus::connection_options options;
    options.url = s.url;
    options.name = std::move(name);
    options.user = s.user;
    options.password = s.password;
    options.credentials_file = s.credentials;
    options.ca_file = s.ca_file;
    options.needs_jetstream = true;
    options.on_refused = [](const std::string& error) {
        log::error("NATS does not let this user do what this program needs", {{"error", error}});
    };
    return options;
}

void log_news(const bus::connection_news& n) {
    if (n.connected) return log::info("NATS connected", {{"server", n.where}, {"away_ms", n.away.count()}});
    const bool login = n.reason.find("Authorization Violation") != std::string::npos;
    log::warn("NATS disconnected, reconnecting",
              {{"servers", n.where},
               {"error", n.reason + (login ? ": set NATS_USER and NATS_PASSWORD, or NATS_CREDENTIALS" : "")},
               {"away_ms", n.away.count()}});
}

}  // namespace tidings::service
