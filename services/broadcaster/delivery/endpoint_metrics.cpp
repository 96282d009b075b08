#include "delivery/endpoint_metrics.hpp"

namespace tidings::broadcaster {

namespace {

observe::gauge owner_gauge(observe::metrics& m, const std::string& endpoint_name) {
    return m.gauge("broadcaster_endpoint_owner", "1 when this replica delivers to the endpoint.",
                   {{"endpoint", endpoint_name}});
}

}  // namespace

void declare_endpoint(observe::metrics& m, const std::string& endpoint_name) { owner_gauge(m, endpoint_name).set(0); }

endpoint_metrics::endpoint_metrics(observe::metrics& m, const std::string& endpoint_name)
    : metrics_(m), endpoint_(endpoint_name) {
    const auto& e = endpoint_;
    processed_ = m.counter("broadcaster_messages_processed_total",
                           "Messages finished: delivered, filtered out or dead-lettered.", {{"endpoint", e}});
    dead_letters_ = m.counter("broadcaster_dead_letters_total", "Messages dead-lettered.", {{"endpoint", e}});
    dropped_ =
        m.counter("broadcaster_messages_dropped_total",
                  "Messages lost in core mode: its queue was full, or the attempts were used up.", {{"endpoint", e}});
    duration_ =
        m.histogram("broadcaster_request_duration_seconds", "Duration of one webhook attempt.", {{"endpoint", e}});
    state_ = m.gauge("broadcaster_endpoint_state", "0 healthy, 1 paused (being probed), 2 disabled (answered 410).",
                     {{"endpoint", e}});
    owner_ = owner_gauge(m, e);
    pending_ =
        m.gauge("broadcaster_endpoint_pending", "Messages waiting or in flight for the endpoint.", {{"endpoint", e}});
    oldest_ = m.gauge("broadcaster_oldest_pending_seconds", "Age of the oldest unfinished message.", {{"endpoint", e}});
    state(endpoint_state::healthy);
}

void endpoint_metrics::attempt(std::string_view outcome, std::chrono::steady_clock::duration took) {
    auto known = requests_.find(outcome);
    if (known == requests_.end()) {
        auto counter = metrics_.counter("broadcaster_webhook_requests_total", "Webhook attempts by outcome.",
                                        {{"endpoint", endpoint_}, {"outcome", std::string(outcome)}});
        known = requests_.emplace(outcome, counter).first;
    }
    known->second.add();
    duration_.observe(std::chrono::duration<double>(took).count());
}

void endpoint_metrics::backlog(std::uint64_t pending, std::chrono::milliseconds oldest) {
    pending_.set(static_cast<double>(pending));
    oldest_.set(std::chrono::duration<double>(oldest).count());
}

}  // namespace tidings::broadcaster
