#include <fstream>
#include <sstream>

#include "suite.hpp"

namespace tidings::support {

broadcaster_process::broadcaster_process(const std::string& nats_url, const std::vector<std::string>& endpoints,
                                         std::map<std::string, std::string> environment)
    : port_(free_port()), metrics_port_(free_port()) {
    std::ofstream file(dir_.path() / "broadcaster.yaml");
    file << "allow_private_addresses: true\n";
    if (!endpoints.empty()) file << "endpoints:\n";
    for (const auto& e : endpoints)
        file << e;
    file.close();
    environment_ = std::move(environment);
    environment_.try_emplace("NATS_URL", nats_url);
    environment_.try_emplace("PORT", std::to_string(port_));
    environment_.try_emplace("METRICS_PORT", std::to_string(metrics_port_));
    start();
}

void broadcaster_process::start() {
    process::options o;
    o.argv = {program("broadcaster"), "--config", (dir_.path() / "broadcaster.yaml").string()};
    o.environment = environment_;
    o.log = dir_.path() / "log";
    child_.emplace(std::move(o));
}

void broadcaster_process::restart() {
    start();
    eventually([this] { return ready(); });
}

std::string broadcaster_process::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::string broadcaster_process::metrics() const {
    try {
        return http_call("GET", "http://127.0.0.1:" + std::to_string(metrics_port_) + "/metrics").body;
    } catch (const std::exception&) {
        return {};
    }
}

double broadcaster_process::metric(const std::string& series) const {
    return metric_value(metrics(), series).value_or(0);
}

bool broadcaster_process::ready() const {
    try {
        return http_call("GET", url("/readyz")).status == 200;
    } catch (const std::exception&) {
        return false;
    }
}

std::size_t broadcaster_process::owned() const {
    std::istringstream text(metrics());
    std::size_t n = 0;
    for (std::string line; std::getline(text, line);)
        n += line.starts_with("broadcaster_endpoint_owner{") && line.ends_with(" 1") ? 1 : 0;
    return n;
}

void broadcaster_process::wait_for_endpoints(std::size_t count) const {
    if (!eventually([&] { return owned() >= count; })) throw std::runtime_error("endpoints not ready:\n" + log());
}

void wait_for_endpoints(const broadcaster_process& one, const broadcaster_process& two, std::size_t count) {
    if (!eventually([&] { return one.ready() && two.ready() && one.owned() + two.owned() == count; }))
        throw std::runtime_error("endpoints not ready:\n" + one.log() + two.log());
}

std::string endpoint_yaml(const receiver& r, const std::string& name, const std::vector<std::string>& more) {
    std::string item =
        "  - name: " + name + "\n    url: " + r.url("/" + name) + "\n    secrets: [" + receiver::secret + "]\n";
    for (const auto& line : more)
        item += "    " + line + "\n";
    return item;
}

}  // namespace tidings::support
