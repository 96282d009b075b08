#include "service/api.hpp"

#include "config/typed_settings.hpp"
#include "http/message/host.hpp"
#include "observe/log.hpp"

namespace tidings::service {

void read(config::reader& in, api_settings& s, metrics_settings& metrics) {
    config::read_address(in, {"listen_address", "LISTEN_ADDRESS", "address of the HTTP API; :: is IPv4 as well"},
                         s.address);
    in.number({"port", "PORT", "port of the HTTP API; 0 picks one"}, s.port, 0, 65535);
    read(in, metrics);
    config::check_apart(in, "metrics_port", metrics.address, metrics.port, s.address, s.port);
    config::read_token(in, {"api_token", "API_TOKEN", "bearer token that /api asks for; empty: open"}, s.token);
    config::read_hosts(in, {"allowed_hosts", "ALLOWED_HOSTS", "hosts served beside IPs and undotted names; *: any"},
                       s.allowed_hosts);
    config::read_base_path(in, {"api_base_path", "API_BASE_PATH", "path that precedes /api, such as /project"},
                           s.base_path);
}

http::server_options server_options(const api_settings& s) {
    http::server_options options;
    options.address = s.address;
    options.port = s.port;
    options.allowed_hosts = s.allowed_hosts;
    options.check_host = s.token.empty() || !s.allowed_hosts.empty();
    options.compress = true;
    log_failures(options);
    return options;
}

void log_failures(http::server_options& options) {
    options.on_failure = [](const http::request& r, const std::exception& e) {
        log::error("handler failed", {{"request_id", r.context.request_id}, {"path", r.path}, {"error", e.what()}});
    };
    options.on_full = [](const std::string& what) { log::warn(what); };
}

void warn_if_open(const api_settings& s) {
    if (s.token.empty() && !http::is_loopback(s.address))
        log::warn("the API is open to anyone who can reach this port: set API_TOKEN, or LISTEN_ADDRESS=127.0.0.1",
                  {{"address", s.address}});
}

}  // namespace tidings::service
