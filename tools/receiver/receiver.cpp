#include "receiver.hpp"

#include <boost/json/serialize.hpp>
#include <cstdio>

#include "http/message/host.hpp"
#include "http/message/problem.hpp"
#include "http/message/target.hpp"
#include "http/server/cross_site.hpp"
#include "http/server/health_routes.hpp"
#include "ids/timestamp.hpp"
#include "page.hpp"
#include "signing/webhook_signature.hpp"

namespace tidings::receiver {

namespace {

constexpr std::string_view verified = "verified";
constexpr std::string_view not_checked = "not checked";
constexpr std::size_t most_shown = 50;
constexpr std::size_t body_shown = 8 * std::size_t{1024};
constexpr const char* text_type = "text/plain; charset=utf-8";
constexpr std::size_t ids_piece = 64 * std::size_t{1024};

// Sends the lines in pieces, so that a million ids are never copied at once.
struct lines_in_pieces {
    std::shared_ptr<const id_log> ids;
    std::size_t at = 0;

    runtime::task<std::string> operator()() {
        const auto piece = ids->lines().substr(at, ids_piece);
        at += piece.size();
        co_return std::string(piece);
    }
};

// Nothing if neither the body is a CloudEvent nor the headers say what it is.
events::event_attributes attributes(const http::request& r) {
    const auto parsed = events::parse_attributes(r.body);
    auto found = parsed ? *parsed : events::event_attributes{};
    if (found.type.empty()) found.type = r.header("ce-type");
    if (found.subject.empty()) found.subject = r.header("nats-subject");
    return found;
}

// With DNS rebinding a page has our origin: only the Host header shows it.
// Programs send no Origin and may use any name for us.
bool is_foreign_page(const http::request& r) {
    const bool named_by_page = !r.header("origin").empty() || !r.header("sec-fetch-site").empty();
    return http::is_cross_site(r) || (named_by_page && !http::host_is_local_or_allowed(http::host_of(r), {}));
}

observe::counter webhooks(observe::metrics& m, const char* outcome) {
    return m.counter("receiver_webhooks_total", "Webhooks received, by outcome.", {{"outcome", outcome}});
}

}  // namespace

receiver::receiver(settings s, observe::metrics& metrics)
    : settings_(std::move(s)),
      accepted_(webhooks(metrics, "accepted")),
      refused_(webhooks(metrics, "refused")),
      bad_signatures_(webhooks(metrics, "bad_signature")) {}

http::router receiver::routes() {
    http::router r;
    using http::method;
    using http::request;
    http::add_health_routes(r, [] { return true; }, [] { return std::string("ok\n"); });
    r.add(method::get, "/", [this](request& q) { return page(q); });
    r.add(method::get, "/stats", [this](request& q) { return stats(q); });
    r.add(method::delete_, "/stats", [this](request& q) { return reset(q); });
    r.add(method::get, "/ids", [this](request& q) { return ids(q); });
    r.add(method::post, "/behaviour", [this](request& q) { return behave(q); });
    // Webhooks arrive at any other path.
    for (const char* path : {"/", "/{1}", "/{1}/{2}", "/{1}/{2}/{3}", "/{1}/{2}/{3}/{4}"})
        r.add(method::post, path, [this](request& q) { return take(q); });
    return r;
}

runtime::task<http::response> receiver::take(http::request& r) {
    const auto behaviour = behaviours_.next(r.path);
    ledger_.received(r.path);
    auto checked = verdict(r);
    const auto event = attributes(r);
    if (checked != verified && checked != not_checked) {
        ledger_.bad_signature(r.path);
        bad_signatures_.add();
        show(r, event, checked, 401);
        co_return http::problem(401, checked);
    }
    const std::string id(r.header("webhook-id"));
    ledger_.arrived(r.path, {id, event.partitionkey, event.sequence});
    show(r, event, std::move(checked), behaviour.status);
    if (behaviour.delay.count() > 0) co_await runtime::sleep_for(behaviour.delay);
    ledger_.answered(r.path, id, behaviour.status);
    (behaviour.status >= 200 && behaviour.status < 300 ? accepted_ : refused_).add();
    co_return answer(behaviour);
}

std::string receiver::verdict(const http::request& r) const {
    if (settings_.secrets.empty()) return std::string(not_checked);
    const auto result = signing::verify_webhook(settings_.secrets, r.header("webhook-id"),
                                                r.header("webhook-timestamp"), r.header("webhook-signature"), r.body);
    return result ? std::string(verified) : "bad signature: " + result.error().message();
}

void receiver::show(const http::request& r, const events::event_attributes& event, std::string verdict,
                    unsigned status) {
    latest_.push_front({ids::format(ids::now()).substr(11, 12), r.path, std::move(verdict), event.type, event.subject,
                        status == 0 ? "cut" : std::to_string(status), r.body.substr(0, body_shown)});
    if (latest_.size() > most_shown) latest_.pop_back();
    if (settings_.quiet) return;
    const auto line = to_line(latest_.front());
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fflush(stdout);
}

runtime::task<http::response> receiver::page(http::request&) {
    co_return render_page(latest_, boost::json::serialize(ledger_.stats()));
}

runtime::task<http::response> receiver::stats(http::request&) {
    co_return http::json_response(200, boost::json::serialize(ledger_.stats()) + '\n');
}

runtime::task<http::response> receiver::reset(http::request& r) {
    if (is_foreign_page(r)) co_return http::problem(403, "A page of another site must not clear what was counted.");
    ledger_.clear();
    latest_.clear();
    co_return http::no_content();
}

runtime::task<http::response> receiver::ids(http::request& r) {
    const auto path = r.query_value("path");
    if (!path) co_return http::problem(400, "The query must name a path: /ids?path=/hook");
    auto known = ledger_.ids(*path);
    if (known == nullptr) co_return http::content{{.content_type = text_type, .headers = {}}, {}};
    co_return http::stream{{.content_type = text_type, .headers = {}}, lines_in_pieces{std::move(known)}};
}

runtime::task<http::response> receiver::behave(http::request& r) {
    if (is_foreign_page(r))
        co_return http::problem(403, "A page of another site must not tell the receiver what to do.");
    auto instruction = parse_instruction(r.body);
    if (!instruction) co_return http::problem(422, instruction.error().text);
    behaviours_.set(std::move(*instruction));
    co_return http::no_content();
}

}  // namespace tidings::receiver
