// What callers of the API must not be able to do: touch the endpoints of a file, read what is the broadcaster's own,
// use up what all share; and lists that stay small, and say what is true.
#include <future>

#include "endpoints_scene.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;
namespace json = boost::json;

TEST_CASE("what is stored under the name of a file's endpoint does not touch that one") {
    world w;
    const std::string stored = GENERATE(
        "no json", R"({"document": {"name": "filed", "url": "http://127.0.0.1:1/"}, "incarnation": "0123456789ab",
                       "start": {"stream": "TODOS", "created": "2026-01-01T00:00:00Z", "sequence": 1}})");
    CAPTURE(stored);
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "filed")}, with_key);
    b.wait_for_endpoints(1);
    REQUIRE(eventually([&] { return follows(b) && w.bus.has_stream("KV_WEBHOOK_ENDPOINTS"); }));
    w.bus.publish("a", 1, 1);
    REQUIRE(w.r.wait_for("/filed", 1));
    w.bus.publish_raw("$KV.WEBHOOK_ENDPOINTS.filed", stored, {});
    INFO(b.log());
    REQUIRE(eventually([&] { return b.log().find("the file has one of its name") != std::string::npos; }));
    w.bus.publish("b", 1, 5);
    CHECK(w.r.wait_for("/filed", 6));
    CHECK(state_of(b, "filed") == "healthy");
    const auto shown = call(b, "GET", collection + "/filed");
    CHECK(shown.body.at("defined_in") == "file");
    CHECK(shown.body.at("reason") == "");
}

TEST_CASE("the broadcaster's own buckets and streams are refused as a source") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b) && w.bus.has_stream("WEBHOOK_ATTEMPTS"); }));
    for (const std::string stream : {"KV_WEBHOOK_ENDPOINTS", "WEBHOOK_ATTEMPTS"}) {
        const auto r =
            call(b, "POST", collection, document(w.r, "spy", R"(, "source": {"stream": ")" + stream + "\"}"));
        CHECK(r.status == 422);
        CHECK(r.text.find("/source/stream") != std::string::npos);
    }
}

TEST_CASE("endpoints are listed page by page, in the order of their names, those of file and API together") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "b"), endpoint_yaml(w.r, "d")}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    for (const auto* const name : {"e", "a", "c"})
        REQUIRE(call(b, "POST", collection, document(w.r, name)).status == 201);
    REQUIRE(soon([&] { return call(b, "GET", collection).body.at("items").as_array().size() == 5; }));
    CHECK(call(b, "GET", collection).body.at("after").is_null());
    std::string names, path = collection + "?limit=2";
    for (int pages = 0; pages < 3; ++pages) {
        const auto page = call(b, "GET", path).body;
        for (const auto& e : page.at("items").as_array())
            names += e.at("name").as_string();
        const auto& after = page.at("after");
        CHECK(after.is_null() == (pages == 2));
        if (after.is_string()) path = collection + "?limit=2&after=" + std::string(after.as_string());
    }
    CHECK(names == "abcde");
    CHECK(call(b, "GET", collection + "?limit=0").status == 400);
    CHECK(call(b, "GET", collection + "/a?limit=1").status == 400);
}

TEST_CASE("tests of one endpoint that hangs leave room for tests of others") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "hangs", {"timeout: 4s"}), endpoint_yaml(w.r, "good")});
    b.wait_for_endpoints(2);
    w.r.behave("/hangs", R"("mode":"hang")");
    std::vector<std::future<int>> tests;
    for (int i = 0; i < 12; ++i)
        tests.push_back(
            std::async(std::launch::async, [&] { return call(b, "POST", collection + "/hangs:test").status; }));
    REQUIRE(eventually([&] { return w.r.count("/hangs").received > 0; }));
    CHECK(eventually([&] { return call(b, "POST", collection + "/hangs:test").status == 503; }));
    CHECK(call(b, "POST", collection + "/good:test").status == 200);
    int sent = 0;
    for (auto& t : tests)
        sent += t.get() == 200;
    CHECK(sent == 2);
}

TEST_CASE("of an endpoint that only this replica's file names nobody says that another delivers to it") {
    world w;
    std::vector<std::string> endpoints;
    for (int i = 0; i < 16; ++i)
        endpoints.push_back(endpoint_yaml(w.r, "e" + std::to_string(i)));
    broadcaster_process one(w.nats.url(), endpoints), two(w.nats.url(), {});
    REQUIRE(eventually([&] { return one.ready() && two.ready(); }));
    const auto count = [&](const std::string& state, const std::string& reason) {
        int n = 0;
        const auto all = call(one, "GET", collection).body;
        for (const auto& e : all.at("items").as_array())
            n += e.at("state").as_string() == state && e.at("reason").as_string().find(reason) != json::string::npos;
        return n;
    };
    CHECK(eventually([&] {
        const auto waiting = count("waiting", "has a file with other endpoints");
        return waiting > 0 && waiting + count("healthy", "") == 16;
    }));
    INFO(call(one, "GET", collection).text);
    CHECK(count("elsewhere", "") == 0);
    const auto told = [](const std::string& text) {
        return text.find("have a file with other endpoints, which may not name e") != std::string::npos;
    };
    CHECK(told(http_call("GET", one.url("/readyz?verbose")).body));
    CHECK(eventually([&] { return told(one.log()); }));
    CHECK_FALSE(told(http_call("GET", two.url("/readyz?verbose")).body));
}
