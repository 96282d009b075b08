#include "delivery/courier.hpp"

#include <boost/asio/post.hpp>
#include <stdexcept>

#include "ids/timestamp.hpp"
#include "observe/log.hpp"
#include "runtime/backoff.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t most_logged = 16'384;  // bytes of an event

http::url_parts url_of(const endpoint& e) {
    auto parts = http::parse_url(e.url);
    if (!parts) throw std::invalid_argument("endpoint '" + e.name + "': url must be an absolute http or https URL");
    return *parts;
}

http::origin_options connection_options(const endpoint& e) {
    http::origin_options o;
    o.connections = e.connections;
    o.allow_private_addresses = e.allow_private_addresses;
    o.verify_tls = e.verify_tls;
    o.ca_file = e.ca_file;
    return o;
}

// The value of the metric's label `outcome`: few, fixed, literal.
std::string_view label_of(const http::reply& r, outcome_kind kind) {
    if (r.error != http::transport_error::none) return http::to_string(r.error);
    switch (kind) {
        case outcome_kind::delivered:
            return "success";
        case outcome_kind::throttled:
        case outcome_kind::busy:
            return "throttled";
        case outcome_kind::gone:
            return "gone";
        default:
            break;
    }
    if (r.status >= 500) return "server_error";
    if (r.status >= 400) return "client_error";
    return "redirect";
}

// For people: names the setting that would allow it.
std::string_view reason_of(const http::reply& r) {
    if (r.error != http::transport_error::address_refused) return r.reason;
    return "leads to an address that is not public; allow_private_addresses (ALLOW_PRIVATE_ADDRESSES) allows it";
}

std::chrono::milliseconds age_of(const parcel& p) {
    const auto stored = std::chrono::nanoseconds(p.source.stored_ns);
    const auto age = std::chrono::system_clock::now().time_since_epoch() - stored;
    return std::chrono::duration_cast<std::chrono::milliseconds>(age);
}

std::int64_t unix_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

courier::courier(runtime::asio::io_context& ctx, const endpoint& e, record_attempt record, observe::metrics& m)
    : endpoint_(e), health_(endpoint_), metrics_(m, endpoint_.name), record_(std::move(record)), ctx_(ctx) {
    if (endpoint_.format != webhook_format::log_only) wire_.emplace(ctx_, endpoint_);
}

courier::wire::wire(runtime::asio::io_context& ctx, const endpoint& e)
    : request(e, url_of(e)), origin(ctx, url_of(e), connection_options(e)) {}

endpoint_status courier::status() const {
    const auto destination = [this]() -> std::string {
        if (!wire_) return "log";
        const auto where = url_of(endpoint_);
        return where.scheme + "://" + where.host_header;
    };
    return {endpoint_.name,
            destination(),
            endpoint_.order,
            endpoint_.event_types,
            !endpoint_.secrets.empty(),
            health_.state(),
            health_.consecutive_failures(),
            under_way(),
            endpoint_.timeout,
            endpoint_.max_in_flight};
}

void courier::send(parcel& p) {
    p.under_way = true;
    if (!wire_) return write_to_log(p);
    wire_->request.write(p.request, p.event_id, p.content_type, unix_seconds(), p.body);
    wire_->origin.send(p.request, endpoint_.timeout, [this, &p](const http::reply& r) { answered(p, r); });
}

// Done later in this turn of the loop, as on_done promises; the lines outlive what the loop still has to do.
void courier::write_to_log(parcel& p) {
    log::info("event", {{"endpoint", endpoint_.name},
                        {"event_id", p.event_id},
                        {"type", p.event_type},
                        {"attempt", p.attempt},
                        {"event", p.body.substr(0, most_logged)}});
    ++logging_;
    runtime::asio::post(ctx_, [this, &p] {
        --logging_;
        http::reply written;
        written.status = 204;
        answered(p, written);
    });
}

void courier::answered(parcel& p, const http::reply& r) {
    if (r.error == http::transport_error::cancelled) return;  // only when the line ends, and its parcels with it
    p.under_way = false;
    const auto now = std::chrono::steady_clock::now();
    const auto o = outcome_of(r.status, r.retry_after, std::chrono::system_clock::now(), endpoint_.longest_retry_after);
    const auto before = health_.state();
    health_.note(o, p.attempt == 1, now, runtime::random_unit());
    const auto label = label_of(r, o.kind);
    p.last_status = r.status;
    metrics_.attempt(label, r.took);
    if (record_) record_({endpoint_.name, p.event_id, p.attempt, r.status, label, reason_of(r), r.took});
    decision d{};
    if (o.kind == outcome_kind::delivered) {
        log::debug("webhook delivered", {{"endpoint", endpoint_.name}, {"event_id", p.event_id}, {"status", r.status}});
    } else {
        d = decide(o, {p.attempt, age_of(p), room_to_wait()}, health_, endpoint_, now, runtime::random_unit());
        p.last_error = r.reason.empty() ? label : reason_of(r);
        log_failure(p, r, label, d);
    }
    if (before != health_.state()) note_state(before);
    on_done(p, d);
}

void courier::log_failure(const parcel& p, const http::reply& r, std::string_view label, const decision& d) const {
    constexpr std::string_view next[] = {"done", "retry", "back to the queue", "dead letter"};
    log::warn("webhook failed", {{"endpoint", endpoint_.name},
                                 {"event_id", p.event_id},
                                 {"attempt", p.attempt},
                                 {"status", r.status},
                                 {"error", label},
                                 {"reason", reason_of(r)},
                                 {"next", next[static_cast<int>(d.action)]},
                                 {"delay_ms", d.delay.count()}});
}

void courier::note_state(endpoint_state before) {
    metrics_.state(health_.state());
    log::info("endpoint changed state", {{"endpoint", endpoint_.name},
                                         {"from", to_string(before)},
                                         {"to", to_string(health_.state())},
                                         {"consecutive_failures", health_.consecutive_failures()}});
}

}  // namespace tidings::broadcaster
