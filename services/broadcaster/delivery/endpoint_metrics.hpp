// The metrics of one endpoint, looked up once.
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

class endpoint_metrics {
  public:
    endpoint_metrics(observe::metrics& m, const std::string& endpoint_name);

    void attempt(std::string_view outcome, std::chrono::steady_clock::duration took);
    void processed() { processed_.add(); }
    void dead_letter() { dead_letters_.add(); }
    void dropped() { dropped_.add(); }
    void state(endpoint_state s) { state_.set(static_cast<double>(s)); }
    void owner(bool owned) { owner_.set(owned ? 1 : 0); }
    // The endpoint is delivered to by another replica from now on.
    void not_here() {
        owner_.set(0);
        pending_.set(0);
        oldest_.set(0);
    }
    void backlog(std::uint64_t pending, std::chrono::milliseconds oldest);

  private:
    observe::metrics& metrics_;
    std::string endpoint_;
    std::unordered_map<std::string_view, observe::counter> requests_;  // by outcome: literals only
    observe::histogram duration_;
    observe::counter processed_, dead_letters_, dropped_;
    observe::gauge state_, owner_, pending_, oldest_;
};

}  // namespace tidings::broadcaster
