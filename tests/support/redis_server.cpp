#include "support/redis_server.hpp"

#include <stdexcept>

namespace tidings::support {

redis_server::redis_server(std::vector<std::string> options) : options_(std::move(options)), port_(free_port()) {
    start();
}

void redis_server::start() {
    std::vector<std::string> argv{"redis-server", "--port", std::to_string(port_), "--bind", "127.0.0.1",
                                  "--save",       "",       "--appendonly",        "no",     "--dir",
                                  dir_.path()};
    argv.insert(argv.end(), options_.begin(), options_.end());
    server_.emplace(process::options{argv, {}, dir_.path() / "redis.log", {}});
    // PONG, or that a password is needed.
    if (!eventually([&] { return !server_->running() || cli({"ping"}).find_first_of("GN") != std::string::npos; }) ||
        !server_->running())
        throw std::runtime_error("redis-server does not start:\n" + server_->output());
}

std::string redis_server::cli(std::vector<std::string> words) const {
    std::vector<std::string> argv{"redis-cli", "-p", std::to_string(port_)};
    argv.insert(argv.end(), words.begin(), words.end());
    const temp_dir out;
    process p(process::options{argv, {}, out.path() / "out", {}});
    if (!p.wait(std::chrono::seconds(10))) p.kill();
    return p.output();
}

}  // namespace tidings::support
