#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/servers.hpp"

namespace tidings::support {

namespace {

constexpr std::chrono::seconds start_limit(60);  // recovery of a large store on a busy machine
constexpr std::chrono::seconds stop_limit(30);

void write_configuration(const std::filesystem::path& folder, std::uint16_t port, std::uint16_t monitor, bool jetstream,
                         const std::string& file_store) {
    std::ofstream out(folder / "nats.conf");
    out << "server_name: \"test-" << port << "\"\n"
        << "listen: \"127.0.0.1:" << port << "\"\n"
        << "http: \"127.0.0.1:" << monitor << "\"\n";
    if (!jetstream) return;
    out << "jetstream { store_dir: \"" << (folder / "store").string()
        << "\", max_memory_store: 256MB, max_file_store: " << file_store << " }\n";
}

// /healthz answers 200 only once the server listens and JetStream has read its store.
bool healthy(std::uint16_t monitor) {
    try {
        return http_call("GET", "http://127.0.0.1:" + std::to_string(monitor) + "/healthz").status == 200;
    } catch (const std::runtime_error&) {
        return false;
    }
}

bool lost_the_port(const std::string& log) { return log.find("address already in use") != std::string::npos; }

}  // namespace

std::vector<std::string> nats_server::versions_before() {
    const char* const all = std::getenv("NATS_SERVERS_BEFORE");
    std::vector<std::string> paths;
    std::istringstream in(all == nullptr ? current : all);
    for (std::string path; std::getline(in, path, ':');)
        paths.push_back(path);
    return paths;
}

nats_server::nats_server(bool jetstream, std::string file_store, std::string program)
    : jetstream_(jetstream),
      file_store_(std::move(file_store)),
      program_(std::move(program)),
      port_(free_port()),
      monitor_port_(free_port()) {
    for (int attempt = 1;; ++attempt) {
        try {
            start();
            return;
        } catch (const std::runtime_error&) {
            if (attempt == 5 || !server_ || !lost_the_port(server_->output())) throw;
            port_ = free_port();
            monitor_port_ = free_port();
        }
    }
}

nats_server::~nats_server() = default;

std::string nats_server::url() const { return "nats://127.0.0.1:" + std::to_string(port_); }

void nats_server::kill() { server_.value().kill(); }

void nats_server::stop() {
    if (!server_.value().stop(stop_limit)) throw std::runtime_error("nats-server does not stop:\n" + server_->output());
}

void nats_server::start() {
    write_configuration(dir_.path(), port_, monitor_port_, jetstream_, file_store_);
    const auto log = dir_.path() / "nats.log";
    server_.emplace(process::options{{program_, "-c", dir_.path() / "nats.conf"}, {}, log, {}});
    eventually([&] { return !server_->running() || healthy(monitor_port_); }, start_limit);
    if (!server_->running() || !healthy(monitor_port_)) {
        throw std::runtime_error("nats-server does not start:\n" + server_->output());
    }
}

pid_t nats_server::pid() const { return server_.value().pid(); }

}  // namespace tidings::support
