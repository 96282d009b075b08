// Dead letters and attempts, for operators and for strangers.
#include "records_scene.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

TEST_CASE("Tidings headers set by a publisher have no effect") {
    scene s;
    s.bus.publish_raw("todos.events", "{}",
                      {{"Nats-Msg-Id", "x-1"},
                       {"Tidings-Subject", "$JS.API.STREAM.DELETE.WEBHOOK_ATTEMPTS"},
                       {"tidings-subject", "elsewhere"},
                       {"Tidings-Event-Id", "forged"},
                       {"Tidings-Endpoint", "a"},
                       {"Tidings-Replay", "v1,AAAA"},
                       {"Tidings-Status", "200"},
                       {"Tidings-Left-Out", "body"}});
    REQUIRE(s.buried(1));
    REQUIRE(s.r.wait_for("/b", 1));
    CHECK(s.r.ids("/b") == std::vector<std::string>{"x-1"});
    const auto letter = s.get("dead-letters").at("items").as_array().at(0).as_object();
    CHECK(letter.at("event_id") == "x-1");
    CHECK(letter.at("endpoint") == "a");
    CHECK(letter.at("status") == "422");
    CHECK(letter.at("subject") == "todos.events");
    s.r.behave("/a", R"("mode":"ok")");
    CHECK(s.replay(1).status == 200);
    REQUIRE(s.r.wait_for("/a", 1));
    CHECK(s.bus.has_stream("WEBHOOK_ATTEMPTS"));
    CHECK(s.r.count("/b").received == 1);
}

TEST_CASE("responses about deliveries are never cached") {
    const scene s;
    for (const auto* path : {"endpoints", "attempts", "dead-letters"})
        CHECK(http_call("GET", s.b->url(std::string("/api/webhooks/") + path)).header("cache-control") ==
              "private, no-store");
    CHECK(s.replay(1).header("cache-control") == "no-store");
}

TEST_CASE("a letter above max_payload is written without headers, and the webhook is not sent again") {
    scene s;
    s.bus.publish_raw("todos.events", R"({"n":1})", {{"Nats-Msg-Id", "big"}, {"X-Pad", std::string(65'400, 'a')}});
    REQUIRE(s.buried(1));
    CHECK(s.r.count("/a").received == 2);
    const auto letter = s.get("dead-letters").at("items").as_array().at(0).as_object();
    CHECK(letter.at("left_out") == "headers");
    CHECK(letter.at("event").at("n") == 1);
}

TEST_CASE("dead letters of any content are listed as JSON, in pages") {
    scene s;
    const std::vector<std::string> bodies{"{\"a\":1}", "\xff\xfe", "", "not json", "[1]"};
    for (const auto& body : bodies)
        s.bus.publish_raw("webhooks.dead-letters.a", body, {{"Tidings-Event-Id", "e"}, {"Tidings-Subject", "\xff"}});
    CHECK(s.get("dead-letters").at("items").as_array().size() == bodies.size());
    CHECK(s.get("dead-letters").at("after").is_null());
    const auto page = s.get("dead-letters?limit=2&after=1");
    CHECK(page.at("items").as_array().at(0).at("sequence") == 2);
    CHECK(page.at("after") == 3);
    CHECK(s.get("dead-letters?after=18446744073709551615").at("items").as_array().empty());
    CHECK(s.get("dead-letters?endpoint=b").at("items").as_array().empty());
    CHECK(http_call("GET", s.b->url("/api/webhooks/dead-letters?_=1")).status == 400);

    s.bus.publish_raw("webhooks.dead-letters.a", '[' + std::string(900'000, ' ') + ']', {});
    for (int i = 0; i < 8; ++i)
        s.bus.publish_raw("webhooks.dead-letters.a", '"' + std::string(900'000, 'x') + '"', {});
    const auto large = s.get("dead-letters?after=5&limit=200");
    CHECK(large.at("items").as_array().size() == 5);
    CHECK(large.at("after") == 10);
    CHECK(s.get("dead-letters?after=10").at("after").is_null());
}

TEST_CASE("pages of attempts have the requested size and list each attempt once") {
    scene s;
    s.bus.publish("k", 1, 40);
    REQUIRE(s.r.wait_for("/b", 40));
    REQUIRE(eventually([&] { return s.get("attempts?endpoint=b&limit=200").at("items").as_array().size() == 40; }));
    std::set<std::string> ids;
    std::size_t count = 0;
    for (std::string cursor;;) {
        const auto page = s.get("attempts?endpoint=b&limit=3" + cursor);
        CHECK(page.at("items").as_array().size() <= 3);
        for (const auto& item : page.at("items").as_array()) {
            ids.emplace(item.at("event_id").as_string());
            ++count;
        }
        if (page.at("before").is_null()) break;
        cursor = "&before=" + std::string(page.at("before").as_string());
    }
    CHECK(count == 40);
    CHECK(ids.size() == 40);
    CHECK(s.get("attempts?limit=1&before=18446744073709551615").at("items").as_array().size() == 1);
}

TEST_CASE("a deleted stream is recreated, and its state is reported") {
    scene s;
    CHECK(eventually([&] {
        return http_call("GET", s.b->url("/readyz?verbose")).body.find("[+]stream WEBHOOK_DEAD_LETTERS ok") !=
               std::string::npos;
    }));
    for (const std::string name : {"WEBHOOK_DEAD_LETTERS", "WEBHOOK_ATTEMPTS", "TODOS"})
        s.bus.delete_stream(name);
    const auto told = [&](const std::string& words) {
        return eventually(
            [&] { return http_call("GET", s.b->url("/readyz?verbose")).body.find(words) != std::string::npos; }, 10s);
    };
    for (const std::string name : {"WEBHOOK_DEAD_LETTERS", "WEBHOOK_ATTEMPTS", "TODOS"}) {
        CAPTURE(name);
        CHECK(told("[!]stream " + name + ": was deleted"));
        CHECK(eventually([&] { return s.bus.has_stream(name); }, 10s));
    }
    CHECK(told("[+]stream TODOS ok"));
    CHECK(s.b->log().find("stream was deleted") != std::string::npos);
    s.bus.publish("k", 1, 1);
    CHECK(s.r.wait_for("/b", 1));
}

TEST_CASE("header names of a publisher are case-insensitive") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    broadcaster_process b(nats.url(), {endpoint_yaml(r, "a", {"events: [t.wanted]"})});
    b.wait_for_endpoints(1);
    bus.publish_raw("todos.events", "x", {{"nats-msg-id", "lower"}, {"Ce-Type", "t.wanted"}});
    REQUIRE(r.wait_for("/a", 1));
    CHECK(r.ids("/a") == std::vector<std::string>{"lower"});
}

TEST_CASE("a dead letter is shown as the list shows it, and is removed once") {
    scene s;
    s.bus.publish_raw("todos.events", R"({"a":1})", {{"Nats-Msg-Id", "one"}});
    s.bus.publish_raw("todos.events", R"({"a":2})", {{"Nats-Msg-Id", "two"}});
    REQUIRE(s.buried(2));
    REQUIRE(eventually([&] { return s.get("dead-letters").at("items").as_array().size() == 2; }));
    const auto first = s.letter(0);
    const auto path = "dead-letters/" + std::to_string(first.at("sequence").to_number<std::uint64_t>());
    CHECK(s.get(path) == first);
    const auto url = s.b->url("/api/webhooks/" + path);
    CHECK(http_call("DELETE", url).status == 204);
    CHECK(http_call("DELETE", url).status == 404);
    CHECK(http_call("GET", url).status == 404);
    CHECK(http_call("POST", url + "/replay").status == 404);
    CHECK(s.get("dead-letters").at("items").as_array().size() == 1);
    CHECK(s.logs("dead letter removed"));
}
