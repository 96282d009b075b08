#include "service/settings.hpp"

#include "config/typed_settings.hpp"

namespace tidings::service {

void read(config::reader& in, log_settings& s) {
    in.choice({"log_level", "LOG_LEVEL", "debug, info, warn or error"}, s.level, {"debug", "info", "warn", "error"});
    in.choice({"log_format", "LOG_FORMAT", "json, or human-readable text"}, s.format, {"json", "text"});
}

void read(config::reader& in, metrics_settings& s) {
    config::read_address(in, {"metrics_address", "METRICS_ADDRESS", "address of the Prometheus metrics"}, s.address);
    in.number({"metrics_port", "METRICS_PORT", "port of the Prometheus metrics; 0 picks one"}, s.port, 0, 65535);
}

}  // namespace tidings::service
