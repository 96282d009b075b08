// The metrics of one endpoint. What tells its state is there as soon as the endpoint is known; what tells of its
// attempts, from the first one on.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_map>

#include "domain/endpoint_health.hpp"
#include "observe/metrics.hpp"

namespace tidings::broadcaster {

// An endpoint that this replica knows and does not deliver to (yet): broadcaster_endpoint_owner is 0.
void declare_endpoint(observe::metrics& m, const std::string& endpoint_name);

// It was deleted, and nothing that counts for it is left: its time series end.
void forget_endpoint(observe::metrics& m, const std::string& endpoint_name);

class endpoint_metrics {
  public:
    // Borrows the name.
    endpoint_metrics(observe::metrics& m, const std::string& endpoint_name);

    void attempt(std::string_view outcome, std::chrono::steady_clock::duration took);
    void processed();
    void dead_letter();
    void dropped();
    // That many were deleted or expired before the endpoint could take them.
    void gone(std::uint64_t events);
    void state(endpoint_state s);
    void stalled(bool s);
    void owner(bool owned);
    // The endpoint is delivered to by another replica from now on.
    void not_here();
    void backlog(std::uint64_t pending, std::chrono::milliseconds oldest);

  private:
    struct attempts {
        observe::histogram duration;
        std::unordered_map<std::string_view, observe::counter> by_outcome;  // literals only
    };

    observe::metrics& metrics_;
    const std::string& endpoint_;
    observe::series_table::row& row_;
    std::unique_ptr<attempts> attempts_;  // null: none yet
};

}  // namespace tidings::broadcaster
