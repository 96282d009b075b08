#include "delivery/endpoint_metrics.hpp"

#include <memory>
#include <vector>

#include "http/client/origin.hpp"

namespace tidings::broadcaster {

namespace {

enum column : std::size_t {
    owner_of,
    state_of,
    pending_of,
    oldest_of,
    processed_of,
    dead_letters_of,
    dropped_of,
    gone_of,
    stalled_of
};

observe::series_table& rows(observe::metrics& m) {
    using enum observe::series_table::kind;
    static const std::vector<observe::series_table::column> columns{
        {"broadcaster_endpoint_owner", "1 when this replica delivers to the endpoint.", gauge},
        {"broadcaster_endpoint_state",
         "0 healthy, 1 paused (being probed), 2 disabled (by request, or it answered 410).", gauge},
        {"broadcaster_endpoint_pending", "Messages waiting or in flight for the endpoint.", gauge},
        {"broadcaster_oldest_pending_seconds", "Age of the oldest unfinished message.", gauge},
        {"broadcaster_messages_processed_total", "Messages finished: delivered, filtered out or dead-lettered.",
         counter},
        {"broadcaster_dead_letters_total", "Messages dead-lettered.", counter},
        {"broadcaster_messages_dropped_total",
         "Messages lost in core mode: its queue was full, or the attempts were used up.", counter},
        {"broadcaster_events_gone_total",
         "Events of the stream that were deleted or expired before the endpoint could take them.", counter},
        {"broadcaster_endpoint_stalled", "1 when events wait and nothing was delivered for too long.", gauge}};
    return m.table("endpoint", columns);
}

struct series {
    const char *name, *help;
};
constexpr series duration_series{"broadcaster_request_duration_seconds", "Duration of one webhook attempt."};
constexpr series requests_series{"broadcaster_webhook_requests_total", "Webhook attempts by outcome."};

std::vector<std::string> outcomes() {
    std::vector<std::string> all{"success", "throttled", "gone", "server_error", "client_error", "redirect"};
    for (auto e = 1; e <= static_cast<int>(http::transport_error::cancelled); ++e)
        all.emplace_back(http::to_string(static_cast<http::transport_error>(e)));
    return all;
}

}  // namespace

void forget_endpoint(observe::metrics& m, const std::string& e) {
    rows(m).remove(e);
    m.forget_histogram(duration_series.name, duration_series.help, {{"endpoint", e}});
    for (const auto& outcome : outcomes())
        m.forget_counter(requests_series.name, requests_series.help, {{"endpoint", e}, {"outcome", outcome}});
}

void declare_endpoint(observe::metrics& m, const std::string& endpoint_name) {
    rows(m).of(endpoint_name).set(owner_of, 0);
}

endpoint_metrics::endpoint_metrics(observe::metrics& m, const std::string& endpoint_name)
    : metrics_(m), endpoint_(endpoint_name), row_(rows(m).of(endpoint_name)) {
    state(endpoint_state::healthy);
}

void endpoint_metrics::attempt(std::string_view outcome, std::chrono::steady_clock::duration took) {
    if (!attempts_) {
        attempts_ = std::make_unique<attempts>();
        attempts_->duration = metrics_.histogram(duration_series.name, duration_series.help, {{"endpoint", endpoint_}});
    }
    auto known = attempts_->by_outcome.find(outcome);
    if (known == attempts_->by_outcome.end()) {
        auto counter = metrics_.counter(requests_series.name, requests_series.help,
                                        {{"endpoint", endpoint_}, {"outcome", std::string(outcome)}});
        known = attempts_->by_outcome.emplace(outcome, counter).first;
    }
    known->second.add();
    attempts_->duration.observe(std::chrono::duration<double>(took).count());
}

void endpoint_metrics::processed() { row_.add(processed_of); }
void endpoint_metrics::dead_letter() { row_.add(dead_letters_of); }
void endpoint_metrics::dropped() { row_.add(dropped_of); }
void endpoint_metrics::gone(std::uint64_t events) { row_.add(gone_of, static_cast<double>(events)); }
void endpoint_metrics::state(endpoint_state s) { row_.set(state_of, static_cast<double>(s)); }
void endpoint_metrics::stalled(bool s) { row_.set(stalled_of, s ? 1 : 0); }
void endpoint_metrics::owner(bool owned) { row_.set(owner_of, owned ? 1 : 0); }

void endpoint_metrics::not_here() {
    for (const auto c : {owner_of, state_of, pending_of, oldest_of, stalled_of})
        row_.set(c, 0);
}

void endpoint_metrics::backlog(std::uint64_t pending, std::chrono::milliseconds oldest) {
    row_.set(pending_of, static_cast<double>(pending));
    row_.set(oldest_of, std::chrono::duration<double>(oldest).count());
}

}  // namespace tidings::broadcaster
