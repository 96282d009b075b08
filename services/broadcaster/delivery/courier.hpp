// Carries parcels to one endpoint: builds and signs the request, POSTs it, writes the attempt down, keeps the
// endpoint's health, and says by decide() what is to become of the parcel. Which parcel goes when is its owner's
// business.
#pragma once

#include <functional>
#include <optional>

#include "delivery/endpoint_metrics.hpp"
#include "delivery/parcel.hpp"
#include "delivery/webhook_request.hpp"
#include "domain/attempt_record.hpp"
#include "domain/decide.hpp"
#include "domain/endpoint_status.hpp"
#include "http/client/origin.hpp"

namespace tidings::broadcaster {

class courier {
  public:
    // `record` may be empty: nothing is recorded (core mode). Throws std::invalid_argument naming what is wrong with
    // `e`.
    courier(runtime::asio::io_context& ctx, const endpoint& e, record_attempt record, observe::metrics& m);

    const endpoint& target() const { return endpoint_; }
    endpoint_status status() const;
    endpoint_health& health() { return health_; }
    const endpoint_health& health() const { return health_; }
    endpoint_metrics& metrics() { return metrics_; }

    bool wants(const parcel& p) const {
        return wants_event(endpoint_.event_types, p.event_type) && (p.only_for.empty() || p.only_for == endpoint_.name);
    }
    // Whether another parcel may be sent now.
    bool free() const { return under_way() < endpoint_.connections; }
    std::size_t under_way() const { return wire_ ? wire_->origin.in_flight() : logging_; }

    // Called after each attempt with what is to be done. The courier is free again by then.
    std::function<void(parcel&, const decision&)> on_done;

    // Whether another message of the endpoint may wait for its own retry; decide() gives up those that may not.
    std::function<bool()> room_to_wait = [] { return true; };

    // Pre: free(). `p` stays where it is until on_done.
    void send(parcel& p);

  private:
    struct wire {
        wire(runtime::asio::io_context& ctx, const endpoint& e);
        webhook_request request;
        http::origin origin;
    };

    void write_to_log(parcel& p);
    void answered(parcel& p, const http::reply& r);
    void log_failure(const parcel& p, const http::reply& r, std::string_view label, const decision& d) const;
    void note_state(endpoint_state before);

    endpoint endpoint_;
    endpoint_health health_;
    endpoint_metrics metrics_;
    record_attempt record_;
    runtime::asio::io_context& ctx_;
    std::optional<wire> wire_;  // none for log_only
    std::size_t logging_ = 0;   // written to the log, and not yet said to be done
};

}  // namespace tidings::broadcaster
