// The page's own nginx, as it is deployed, in front of one backend.
#pragma once

#include <optional>

#include "support/servers.hpp"

namespace tidings::todo_be_test {

class page_server {
  public:
    explicit page_server(std::uint16_t backend_port);
    ~page_server();  // stops the workers too

    std::uint16_t port() const { return port_; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  private:
    support::temp_dir dir_;
    std::uint16_t port_;
    std::optional<support::process> server_;
};

}  // namespace tidings::todo_be_test
