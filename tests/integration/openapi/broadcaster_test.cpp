#include "service.hpp"
#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::test;
namespace support = tidings::support;

namespace {

constexpr const char* replay = "POST /api/webhooks/dead-letters/{sequence}/replay";

// Dead letters of the endpoint of WEBHOOK_URL; sequences start at 1.
void write_letters(support::bus_client& bus) {
    const std::string subject = "webhooks.dead-letters.webhook";
    bus.publish_raw(subject, "{}", {{"Tidings-Event-Id", "e"}, {"Tidings-Subject", "todos.events"}});
    bus.publish_raw(subject, "{}", {{"Tidings-Event-Id", "e"}, {"Tidings-Subject", "elsewhere"}});
    bus.publish_raw(subject, "",
                    {{"Tidings-Event-Id", "e"},
                     {"Tidings-Subject", "todos.events"},
                     {"Tidings-Left-Out", "body"},
                     {"Tidings-Stream-Sequence", "999"}});
}

std::map<std::string, std::string> environment(const support::nats_server& nats) {
    return {{"NATS_URL", nats.url()},
            {"WEBHOOK_URL", "http://127.0.0.1:1/"},
            {"WEBHOOK_SECRET", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="},
            {"ALLOW_PRIVATE_ADDRESSES", "true"}};
}

}  // namespace

TEST_CASE("the broadcaster answers each operation with the statuses that openapi.yaml documents and no others") {
    const support::nats_server nats;
    service s("broadcaster", environment(nats));
    for (const auto* path : {"/livez", "/healthz", "/readyz", "/health"})
        s.send(std::string("GET ") + path, {}, {});
    for (const auto* list : {"endpoints", "attempts", "dead-letters"})
        s.send(std::string("GET /api/webhooks/") + list, {}, {});

    support::bus_client bus(nats.url());
    write_letters(bus);
    for (const auto* sequence : {"1", "2", "3", "4", "x"})
        s.send(replay, sequence, {});

    // Cross-site requests are rejected only without a token.
    auto open = environment(nats);
    open["API_TOKEN"] = "";
    service without_token("broadcaster", open);
    without_token.send(replay, "1", {.headers = "Sec-Fetch-Site: cross-site\r\n"}, false);
    s.add_seen(without_token);

    s.provoke_refusals("4");
    CHECK(s.differences() == std::vector<std::string>{});
}
