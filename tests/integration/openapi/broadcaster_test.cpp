#include "service.hpp"
#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::test;
namespace support = tidings::support;

namespace {

const std::string endpoints = "/api/webhooks/endpoints";
const std::string endpoint = endpoints + "/{name}";
const std::string letter = "/api/webhooks/dead-letters/{sequence}";
constexpr const char* replay = "POST /api/webhooks/dead-letters/{sequence}/replay";

// Dead letters of the endpoint of WEBHOOK_URL, and one of an endpoint that there is not; sequences start at 1.
void write_letters(support::bus_client& bus) {
    const std::string subject = "webhooks.dead-letters.webhook";
    bus.publish_raw(subject, "{}", {{"Tidings-Event-Id", "e"}, {"Tidings-Subject", "todos.events"}});
    bus.publish_raw(subject, "{}", {{"Tidings-Event-Id", "e"}, {"Tidings-Subject", "elsewhere"}});
    bus.publish_raw(subject, "",
                    {{"Tidings-Event-Id", "e"},
                     {"Tidings-Subject", "todos.events"},
                     {"Tidings-Left-Out", "body"},
                     {"Tidings-Stream-Sequence", "999"}});
    bus.publish_raw("webhooks.dead-letters.nobody", "{}",
                    {{"Tidings-Event-Id", "e"}, {"Tidings-Subject", "todos.events"}});
}

// Creates, reads and changes; `webhook` comes from the environment, `bare` and `left` do not.
void provoke_reads_and_changes(service& s) {
    const auto put = "PUT " + endpoint, patch = "PATCH " + endpoint, remove = "DELETE " + endpoint;
    const auto good = R"({"url": "http://127.0.0.1:1/"})";
    const raw_request unless_there{.headers = "If-Match: \"1000\"\r\n"}, bad_tag{.headers = "If-Match: x\r\n"};
    const auto with = [](raw_request r, const raw_request& condition) {
        r.headers += condition.headers;
        return r;
    };
    s.send("POST " + endpoints, {}, json(R"({"name": "left", "url": "http://127.0.0.1:1/"})"));  // 201
    s.send("POST " + endpoints, {}, json(R"({"name": "left", "url": "http://127.0.0.1:1/"})"));  // 409
    s.send("POST " + endpoints, {}, json("{}"));                                                 // 422
    s.send("POST " + endpoints, {}, json("{}", "text/plain"));                                   // 415
    s.send("GET " + endpoint, "left", {});
    s.send("GET " + endpoint, "nobody", {});
    s.send(put, "bare", json(good));  // 201, then 200
    s.send(put, "bare", json(good));
    s.send(put, "webhook", json(good));
    s.send(put, "bare", json(R"({"timeout": 3})"));
    s.send(put, "bare", json(good, "text/plain"));
    s.send(patch, "bare", json(R"({"timeout": "3s"})", "application/merge-patch+json"));
    s.send(patch, "nobody", json("{}"));
    s.send(patch, "webhook", json("{}"));
    s.send(patch, "bare", json(R"({"timeout": 3})"));
    s.send(patch, "bare", json("{}", "text/plain"));
    for (const auto& operation : {put, patch}) {
        s.send(operation, "bare", with(json(good), unless_there));
        s.send(operation, "bare", with(json(good), bad_tag));
    }
    s.send(remove, "bare", unless_there);
    for (const auto* name : {"bare", "bare", "webhook"})
        s.send(remove, name, {});
}

void provoke_actions(service& s, support::bus_client& bus) {
    for (const auto* action : {":enable", ":disable"})
        for (const auto* name : {"left", "nobody", "webhook"})
            s.send("POST " + endpoint + action, name, {});
    for (const auto* action : {":enable", ":disable"})
        s.send("POST " + endpoint + action, "left", {.headers = "If-Match: \"1000\"\r\n"});
    for (const auto* action : {":resume", ":test"})
        for (const auto* name : {"left", "nobody"})
            s.send("POST " + endpoint + action, name, {});
    s.send("POST " + endpoint + ":resume", "webhook", {});  // 200: "left" was disabled
    bus.publish_raw("$KV.WEBHOOK_ENDPOINTS.broken", R"({"document": {"timeout": 1}})", {});
    const auto known = [&] { return s.send("GET " + endpoint, "broken", {}).starts_with("HTTP/1.1 200"); };
    REQUIRE(support::eventually(known));
    for (const auto* action : {":enable", ":disable", ":test"})  // 422, 422, 409
        s.send("POST " + endpoint + action, "broken", {});
}

// Cross-site requests are rejected only without a token.
void provoke_other_site(service& s) {
    const std::string header = "Sec-Fetch-Site: cross-site\r\n";
    s.send(replay, "1", {.headers = header}, false);
    s.send("DELETE " + letter, "1", {.headers = header}, false);
    s.send("POST " + endpoints, {}, {.headers = header}, false);
    for (const auto* method : {"PUT ", "PATCH ", "DELETE "})
        s.send(method + endpoint, "left", {.headers = header}, false);
    for (const auto* action : {":enable", ":disable", ":resume", ":test"})
        s.send("POST " + endpoint + action, "left", {.headers = header}, false);
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
    for (const auto* path :
         {"/livez", "/healthz", "/health/live", "/readyz", "/health", "/health/ready", "/api/webhooks/health"})
        s.send(std::string("GET ") + path, {}, {});
    for (const auto* document : {"openapi.json", "docs", "docs.css"})
        for (const auto* held : {"", "If-None-Match: *\r\n"})
            s.send(std::string("GET /api/webhooks/") + document, {}, {.headers = held});
    for (const auto* list : {"endpoints", "attempts", "dead-letters"})
        REQUIRE(support::eventually([&] {  // 503 before NATS is connected
            return s.send(std::string("GET /api/webhooks/") + list, {}, {}).starts_with("HTTP/1.1 200");
        }));

    REQUIRE(support::eventually([&] {  // replays go to the endpoint's shard
        return s.send("GET " + endpoint, "webhook", {}).find("\"state\":\"healthy\"") != std::string::npos;
    }));

    support::bus_client bus(nats.url());
    write_letters(bus);
    for (const auto* sequence : {"1", "2", "3", "4", "5", "x"})
        s.send(replay, sequence, {});
    for (const auto* method : {"GET ", "DELETE "})
        for (const auto* sequence : {"4", "999", "x"})
            s.send(method + letter, sequence, {});

    provoke_reads_and_changes(s);
    provoke_actions(s, bus);

    auto open = environment(nats);
    open["API_TOKEN"] = "";
    service without_token("broadcaster", open);
    provoke_other_site(without_token);
    s.add_seen(without_token);

    s.provoke_refusals("4");
    CHECK(s.differences() == std::vector<std::string>{});
}
