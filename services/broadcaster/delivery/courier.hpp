// Carries parcels to one endpoint: builds and signs the request, POSTs it, writes the attempt down, keeps the
// endpoint's health, and says by decide() what is to become of the parcel. Which parcel goes when is its owner's
// business.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "delivery/endpoint_metrics.hpp"
#include "delivery/line_links.hpp"
#include "delivery/parcel.hpp"
#include "delivery/webhook_request.hpp"
#include "domain/decide.hpp"
#include "domain/endpoint_status.hpp"
#include "http/client/origin.hpp"
#include "runtime/lifetime.hpp"

namespace tidings::broadcaster {

// Of an endpoint that is not delivered to here: what its configuration says.
endpoint_status status_of(const endpoint& e);

class courier {
  public:
    // What only a working endpoint needs is made for the first attempt. Throws std::invalid_argument naming what is
    // wrong with `e`.
    courier(line_links& l, endpoint_ptr e);
    ~courier();

    const endpoint& target() const { return *endpoint_; }
    endpoint_status status() const;
    endpoint_health& health() { return health_; }
    const endpoint_health& health() const { return health_; }
    endpoint_metrics& metrics() { return metrics_; }
    // How long an answer takes on the average, lately.
    runtime::duration usual_answer() const { return usual_answer_; }
    // Forgets what was held against the endpoint: it is healthy, unless its owner has disabled it.
    void resume();
    // Knows of the endpoint what `other` knows, which it replaces.
    void inherit(const courier& other);

    // Another has taken its place: what it has under way ends as it began, and its state is told no more.
    void replaced() { replaced_ = true; }

    // Whether another parcel may be sent now.
    bool free() const { return under_way() < endpoint_->connections && links_.attempts.free(under_way()); }
    std::size_t under_way() const { return wire_ ? wire_->origin.in_flight() : logging_; }
    // To be called every now and then with what waits for the endpoint: metrics, and whether it stalls.
    void note_backlog(std::uint64_t waiting, std::chrono::milliseconds oldest);
    bool stalls() const { return stalled_; }
    // To be called every now and then: gives back what only a working endpoint needs, when it has not been one lately.
    void rest();

    // Called after each attempt with what is to be done. The courier is free again by then.
    std::function<void(parcel&, const decision&)> on_done;

    // Pre: free(). `p` stays where it is until on_done.
    void send(parcel& p);

  private:
    struct wire {
        wire(runtime::asio::io_context& ctx, const endpoint& e);
        webhook_request request;
        http::origin origin;
        std::chrono::steady_clock::time_point used{};
    };

    void write_to_log(parcel& p);
    void answered(parcel& p, const http::reply& r);
    void log_failure(const parcel& p, const http::reply& r, std::string_view label, const decision& d) const;
    void note_state(endpoint_state before);

    line_links& links_;
    endpoint_ptr endpoint_;
    endpoint_health health_;
    endpoint_metrics metrics_;
    std::unique_ptr<wire> wire_;  // null: not sent to lately; never there for log_only
    std::chrono::steady_clock::time_point delivered_at_ = runtime::now();  // or when it began
    runtime::duration usual_answer_{};
    bool delivered_ = false;  // something
    bool stalled_ = false;
    std::optional<std::uint64_t> waiting_;
    std::optional<failed_attempt> last_failure_;
    bool replaced_ = false;
    std::size_t logging_ = 0;  // written to the log, and not yet said to be done
    runtime::lifetime alive_;
};

}  // namespace tidings::broadcaster
