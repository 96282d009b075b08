// The receiver tool in a test: started on a free port, instructed to misbehave, queried for arrivals.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/servers.hpp"

namespace tidings::support {

class receiver {
  public:
    // The key that every webhook must be signed with.
    static constexpr const char* secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    receiver();

    std::string url(const std::string& path) const;
    std::uint16_t port() const { return port_; }

    // `settings`: JSON members after "path", such as R"("mode":"fail","status":500,"times":2)".
    void behave(const std::string& path, const std::string& settings);

    struct counts {
        std::uint64_t received = 0;          // webhooks, whatever the outcome
        std::uint64_t accepted = 0;          // distinct webhook-ids answered with success
        std::uint64_t repeated = 0;          // webhooks whose id had been answered with success before
        std::uint64_t order_violations = 0;  // first arrivals out of `sequence` order, by partitionkey
        std::uint64_t bad_signatures = 0;
    };
    counts count() const;
    counts count(const std::string& path) const;
    // The webhook-ids of a path in the order of their first arrival, whatever the response.
    std::vector<std::string> ids(const std::string& path) const;

    // Waits until `n` distinct webhooks are accepted at `path`. False: for as long as `limit` no further one was; a
    // slow machine takes as long as it takes.
    bool wait_for(const std::string& path, std::uint64_t n,
                  std::chrono::milliseconds limit = std::chrono::seconds(30)) const;
    process& child() { return *child_; }

  private:
    temp_dir dir_;
    std::uint16_t port_;
    std::optional<process> child_;
};

}  // namespace tidings::support
