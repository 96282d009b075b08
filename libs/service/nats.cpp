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
    config::read_file(in, {"nats_credentials", "NATS_CREDENTIALS", "path of a .creds file"}, s.credentials);
    if (config::read_file(in, {"nats_ca_file", "NATS_CA_FILE", "CA certificates for tls://, PEM; empty: the system's"},
                          s.ca_file))
        in.problem("nats_ca_file", http::ca_file_problem(s.ca_file));
}

bus::connection_options nats_options(const nats_settings& s, std::string name) {
    bus::connection_options options;
    options.url = s.url;
    options.name = std::move(name);
    options.credentials_file = s.credentials;
    options.ca_file = s.ca_file;
    options.needs_jetstream = true;
    return options;
}

void log_news(const bus::connection_news& n) {
    if (n.connected) return log::info("NATS connected", {{"away_ms", n.away.count()}});
    log::warn("NATS disconnected, reconnecting", {{"error", n.reason}, {"away_ms", n.away.count()}});
}

}  // namespace tidings::service
