// A cache for tests: Debian's redis-server on a free loopback port, without files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/process.hpp"

namespace tidings::support {

class redis_server {
  public:
    // `options`: further ones of redis-server, such as {"--requirepass", "x"}.
    explicit redis_server(std::vector<std::string> options = {});
    std::string url() const { return "redis://127.0.0.1:" + std::to_string(port_); }
    std::uint16_t port() const { return port_; }
    void kill() { server_.value().kill(); }
    void freeze() { server_.value().signal(SIGSTOP); }
    void thaw() { server_.value().signal(SIGCONT); }
    void start();  // again, empty, on the same port; returns when it answers
    // What redis-cli prints.
    std::string cli(std::vector<std::string> words) const;

  private:
    temp_dir dir_;
    std::vector<std::string> options_;
    std::uint16_t port_;
    std::optional<process> server_;
};

}  // namespace tidings::support
