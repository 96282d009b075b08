#include "delivery/courier.hpp"

#include <boost/asio/post.hpp>

#include "delivery/receiver.hpp"
#include "domain/chat_message.hpp"
#include "domain/stalled.hpp"
#include "ids/timestamp.hpp"
#include "observe/log.hpp"
#include "runtime/backoff.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t most_logged = 16'384;  // bytes of an event
constexpr std::chrono::minutes rests_after{1};

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

std::chrono::milliseconds age_of(const parcel& p) {
    const auto stored = std::chrono::nanoseconds(p.what->stored_ns);
    const auto age = std::chrono::system_clock::now().time_since_epoch() - stored;
    return std::chrono::duration_cast<std::chrono::milliseconds>(age);
}

std::int64_t unix_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

ids::timestamp wall_time_of(std::chrono::steady_clock::time_point t) {
    return ids::now() + std::chrono::duration_cast<std::chrono::microseconds>(t - runtime::now());
}

long long seconds_since(std::chrono::steady_clock::time_point t) {
    return std::chrono::duration_cast<std::chrono::seconds>(runtime::now() - t).count();
}

}  // namespace

courier::courier(line_links& l, endpoint_ptr e)
    : links_(l), endpoint_(std::move(e)), health_(*endpoint_), metrics_(l.metrics, endpoint_->name) {
    if (endpoint_->format != webhook_format::log_only) webhook_request(*endpoint_, url_of(*endpoint_));  // can be made
    metrics_.state(health_.state());
}

courier::~courier() { links_.attempts.end(under_way()); }

courier::wire::wire(runtime::asio::io_context& ctx, const endpoint& e)
    : request(e, url_of(e)), origin(ctx, url_of(e), origin_options_of(e)) {}

endpoint_status status_of(const endpoint& e) {
    endpoint_status s;
    s.name = e.name;
    s.destination = "log";
    if (e.format != webhook_format::log_only) {
        const auto where = url_of(e);
        s.destination = where.scheme + "://" + where.host_header;
    }
    s.order = e.order;
    s.event_types = e.event_types;
    s.is_signed = !e.secrets.empty();
    s.timeout = e.timeout;
    s.max_in_flight = e.max_in_flight;
    return s;
}

endpoint_status courier::status() const {
    auto s = status_of(*endpoint_);
    s.state = health_.state();
    s.consecutive_failures = health_.consecutive_failures();
    s.attempts_under_way = under_way();
    s.waiting = waiting_;
    s.last_failure = last_failure_;
    if (delivered_) s.delivered_at = wall_time_of(delivered_at_);
    if (s.state == endpoint_state::paused) s.probe_at = wall_time_of(health_.probe_at());
    if (s.state == endpoint_state::disabled)
        s.reason = endpoint_->enabled ? "it answered 410 Gone: `:resume` lets it go on" : "`:enable` lets it go on";
    else if (s.state == endpoint_state::paused)
        s.reason = "it is paused, and probed now and then";
    else if (stalled_)
        s.reason = "events wait, and nothing was delivered for " + std::to_string(seconds_since(delivered_at_)) + " s";
    return s;
}

void courier::note_backlog(std::uint64_t waiting, std::chrono::milliseconds oldest) {
    metrics_.backlog(waiting, oldest);
    waiting_ = waiting;
    const auto since = std::chrono::duration_cast<milliseconds>(runtime::now() - delivered_at_);
    const bool before = std::exchange(stalled_, stalled({waiting, oldest, since}, endpoint_->timeout));
    if (before == stalled_) return;
    metrics_.stalled(stalled_);
    if (stalled_)
        log::warn("events wait, and nothing is delivered to the endpoint",
                  {{"endpoint", endpoint_->name}, {"waiting", waiting}, {"seconds", seconds_since(delivered_at_)}});
    else
        log::info("the endpoint is delivered to again", {{"endpoint", endpoint_->name}});
}

void courier::send(parcel& p) {
    p.busy = true;
    links_.attempts.begin();
    if (endpoint_->format == webhook_format::log_only) return write_to_log(p);
    if (!wire_) wire_ = std::make_unique<wire>(links_.ctx, *endpoint_);
    const auto& e = *p.what;
    const bool chat = is_chat(endpoint_->format);
    if (chat) p.text = chat_message(endpoint_->format, e.type, e.body);
    const auto body = chat ? std::string_view(p.text) : e.body;
    if (chat)
        wire_->request.write(p.head, e.id, chat_content_type, unix_seconds(), body);
    else
        wire_->request.write(p.head, e.id, e.content_type, unix_seconds(), body, e.passed_headers);
    wire_->origin.send({p.head, body}, endpoint_->timeout, [this, &p](const http::reply& r) { answered(p, r); });
}

void courier::rest() {
    if (!wire_ || under_way() > 0) return;
    const auto now = runtime::now();
    if (now - wire_->used > rests_after) wire_.reset();
}

// Done later in this turn of the loop, as on_done promises.
void courier::write_to_log(parcel& p) {
    log::info("event", {{"endpoint", endpoint_->name},
                        {"event_id", p.what->id},
                        {"type", p.what->type},
                        {"attempt", p.attempt},
                        {"event", p.what->body.substr(0, most_logged)}});
    ++logging_;
    runtime::asio::post(links_.ctx, [this, &p, alive = std::weak_ptr<void>(alive_)] {
        if (alive.expired()) return;
        --logging_;
        http::reply written;
        written.status = 204;
        written.ended = runtime::now();
        answered(p, written);
    });
}

void courier::answered(parcel& p, const http::reply& r) {
    if (r.error == http::transport_error::cancelled) return;  // only when the line ends, and its parcels with it
    p.busy = false;
    p.text = {};
    links_.attempts.end();
    if (r.error == http::transport_error::none) {
        links_.attempts.answered(r.took);
        usual_answer_ += (r.took - usual_answer_) / 8;
    }
    const auto now = r.ended;
    if (wire_) wire_->used = now;
    const auto wall =
        r.retry_after.empty() ? std::chrono::system_clock::time_point{} : std::chrono::system_clock::now();
    const auto o = r.error == http::transport_error::no_descriptors
                       ? outcome{outcome_kind::not_sent, {}}
                       : outcome_of(r.status, r.retry_after, wall, endpoint_->longest_retry_after);
    const auto before = health_.state();
    health_.note(o, p.attempt == 1, now, runtime::random_unit());
    const auto label = label_of(r, o.kind);
    p.last_status = r.status;
    metrics_.attempt(label, r.took);
    if (links_.record) links_.record({endpoint_->name, p.what->id, p.attempt, r.status, label, reason_of(r), r.took});
    decision d{};
    if (o.kind == outcome_kind::delivered) {
        delivered_at_ = now;
        delivered_ = true;
        log::debug("webhook delivered",
                   {{"endpoint", endpoint_->name}, {"event_id", p.what->id}, {"status", r.status}});
    } else {
        d = decide(o, {p.attempt, age_of(p)}, health_, *endpoint_, now, runtime::random_unit());
        p.last_error = r.reason.empty() ? label : reason_of(r);
        last_failure_ = {ids::now(), r.status, p.last_error};
        log_failure(p, r, label, d);
    }
    if (before != health_.state()) note_state(before);
    on_done(p, d);
}

void courier::log_failure(const parcel& p, const http::reply& r, std::string_view label, const decision& d) const {
    constexpr std::string_view next[] = {"done", "retry", "put back", "dead letter"};
    log::warn("webhook failed", {{"endpoint", endpoint_->name},
                                 {"event_id", p.what->id},
                                 {"attempt", p.attempt},
                                 {"status", r.status},
                                 {"error", label},
                                 {"reason", reason_of(r)},
                                 {"next", next[static_cast<int>(d.action)]},
                                 {"delay_ms", d.delay.count()}});
}

void courier::resume() {
    const auto before = health_.state();
    health_ = endpoint_health(*endpoint_);
    if (before != health_.state()) note_state(before);
}

void courier::inherit(const courier& other) {
    health_ = other.health_;
    health_.change(*endpoint_);
    delivered_at_ = other.delivered_at_;
    delivered_ = other.delivered_;
    waiting_ = other.waiting_;
    last_failure_ = other.last_failure_;
    stalled_ = other.stalled_;
    metrics_.state(health_.state());
}

// What its attempts still meet with is of earlier settings: it is another's state that counts.
void courier::note_state(endpoint_state before) {
    if (replaced_) return;
    metrics_.state(health_.state());
    log::info("endpoint changed state", {{"endpoint", endpoint_->name},
                                         {"from", to_string(before)},
                                         {"to", to_string(health_.state())},
                                         {"consecutive_failures", health_.consecutive_failures()}});
}

}  // namespace tidings::broadcaster
