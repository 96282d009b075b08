// A real nginx on a free port that answers 204 to everything, over HTTP or HTTPS.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "support/process.hpp"

namespace tidings::test {

class nginx {
  public:
    // With `certificate` (PEM files) it uses TLS. Returns when it accepts connections.
    struct certificate {
        std::filesystem::path file;
        std::filesystem::path key;
    };
    explicit nginx(const std::optional<certificate>& tls = {}, const std::string& directives = {});

    std::uint16_t port() const { return port_; }
    // The lines of its access log, one per request: "<connection's number> <bytes of the request>".
    std::string access_log() const;

  private:
    support::temp_dir dir_;
    std::uint16_t port_;
    std::optional<support::process> server_;
};

}  // namespace tidings::test
