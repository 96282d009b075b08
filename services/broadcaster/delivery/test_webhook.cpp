#include "delivery/test_webhook.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <memory>

#include "delivery/receiver.hpp"
#include "delivery/webhook_request.hpp"
#include "domain/chat_message.hpp"
#include "events/cloud_event.hpp"
#include "ids/timestamp.hpp"
#include "ids/uuid.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view test_type = "io.tidings.webhook.test.v1";
constexpr std::size_t most_of_body = 1'024;
constexpr milliseconds longest_wait = 20s;

// The callback may come after the waiting task has ended.
struct exchange {
    explicit exchange(const runtime::executor& ex) : answered(ex) {}
    test_result result;
    bool done = false;
    runtime::wakeup answered;
};

void take(exchange& x, const http::reply& r) {
    x.done = true;
    x.result.status = r.status;
    if (r.error != http::transport_error::none) x.result.error = http::to_string(r.error);
    x.result.reason = reason_of(r);
    x.result.took = r.took;
    x.result.body = r.body;
    x.result.body_cut = r.body_cut;
    x.answered.notify();
}

std::string test_event(const std::string& id, const std::string& endpoint_name) {
    return boost::json::serialize(boost::json::object{{"specversion", "1.0"},
                                                      {"id", id},
                                                      {"source", "/webhooks/endpoints/" + endpoint_name},
                                                      {"type", test_type},
                                                      {"time", ids::format(ids::now())},
                                                      {"datacontenttype", "application/json"},
                                                      {"data", {{"endpoint", endpoint_name}}}});
}

}  // namespace

runtime::task<test_result> send_test_webhook(runtime::asio::io_context& ctx, endpoint e) {
    const auto x = std::make_shared<exchange>(ctx.get_executor());
    x->result.webhook_id = "test-" + ids::uuid::v7().str();
    const auto event = test_event(x->result.webhook_id, e.name);
    const bool chat = is_chat(e.format);
    const auto body = chat ? chat_message(e.format, test_type, event) : event;
    const auto content_type = chat ? chat_content_type : events::cloudevents_content_type;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::string head;
    webhook_request(e, url_of(e))
        .write(head, x->result.webhook_id, content_type, seconds.time_since_epoch().count(), body);
    auto options = origin_options_of(e);
    options.connections = 1;
    options.response_limit = most_of_body;
    http::origin origin(ctx, url_of(e), options);
    origin.send({head, body}, std::min(e.timeout, longest_wait), [x](const http::reply& r) { take(*x, r); });
    while (!x->done)
        co_await x->answered.wait(1s);
    co_return std::move(x->result);
}

}  // namespace tidings::broadcaster
