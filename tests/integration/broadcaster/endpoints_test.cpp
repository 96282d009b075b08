// Endpoints that are made, changed and removed while the broadcaster works.
#include <algorithm>

#include "endpoints_scene.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;
namespace json = boost::json;

TEST_CASE("a created endpoint gets every event from its start sequence without a restart") {
    world w;
    broadcaster_process one(w.nats.url(), {}, with_key), two(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(one) && follows(two); }));
    w.bus.publish("before", 1, 5);
    const auto made = call(one, "POST", collection, document(w.r, "fresh"));
    INFO(made.text);
    REQUIRE(made.status == 201);
    CHECK(made.location == collection + "/fresh");
    CHECK(made.body.at("start").at("stream") == "TODOS");
    CHECK(made.body.at("start").at("sequence") == 6);
    CHECK(made.body.at("secret_count") == 1);
    CHECK(made.text.find(receiver::secret) == std::string::npos);
    CHECK_FALSE(made.etag.empty());
    CHECK(soon([&] { return served(one, two, "fresh"); }));
    CHECK(call(two, "GET", collection + "/fresh").etag == made.etag);
    for (auto* const b : {&one, &two}) {
        const auto& other = b == &one ? two : one;
        if (state_of(*b, "fresh") != "elsewhere") continue;
        const std::string reason(call(*b, "GET", collection + "/fresh").body.at("reason").as_string());
        const auto name = reason.substr(8, reason.find(' ', 8) - 8);  // "replica <name> delivers to it"
        INFO(reason);
        CHECK(other.log().find("\"replica\":\"" + name + "\"") != std::string::npos);
    }
    w.bus.publish("after", 1, 20);
    REQUIRE(w.r.wait_for("/fresh", 20));
    CHECK(w.r.count("/fresh").received == 20);
    CHECK(w.r.count("/fresh").bad_signatures == 0);
    for (const auto& id : w.r.ids("/fresh"))
        CHECK(id.starts_with("after-"));
    CHECK(call(one, "POST", collection, document(w.r, "fresh")).status == 409);
    CHECK(w.bus.stored("KV_WEBHOOK_ENDPOINTS", 1).payload.find("MfKQ9r8G") == std::string::npos);
}

TEST_CASE("every violation is reported at once, and nothing is stored") {
    world w;
    broadcaster_process b(w.nats.url(), {});
    REQUIRE(eventually([&] { return follows(b); }));
    const auto r = call(b, "POST", collection,
                        R"({"name": "A", "url": "ftp://x", "secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
                            "timeout": "1h", "colour": 1, "ca_file": "/etc/passwd"})");
    CHECK(r.status == 422);
    std::vector<std::string> pointers;
    for (const auto& e : r.body.at("errors").as_array())
        pointers.emplace_back(e.at("pointer").as_string());
    std::sort(pointers.begin(), pointers.end());
    CHECK(pointers == std::vector<std::string>{"/ca_file", "/colour", "/name", "/secrets", "/timeout", "/url"});
    CHECK(r.text.find("ENDPOINTS_KEY_FILE") != std::string::npos);
    CHECK(r.text.find("MfKQ9r8G") == std::string::npos);
    CHECK(call(b, "GET", collection).body.at("items").as_array().empty());
}

TEST_CASE("a change reaches every replica, and a stale one is rejected") {
    world w;
    broadcaster_process one(w.nats.url(), {}, with_key), two(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(one) && follows(two); }));
    const auto made = call(one, "PUT", collection + "/moves", document(w.r, "moves"), {{"If-None-Match", "*"}});
    REQUIRE(made.status == 201);
    CHECK(call(one, "PUT", collection + "/moves", document(w.r, "moves"), {{"If-None-Match", "*"}}).status == 412);
    w.bus.publish("a", 1, 10);
    REQUIRE(w.r.wait_for("/moves", 10));
    const auto patched = call(two, "PATCH", collection + "/moves", R"({"url": ")" + w.r.url("/elsewhere") + "\"}",
                              {{"If-Match", made.etag}});
    REQUIRE(patched.status == 200);
    CHECK(patched.body.at("secret_count") == 1);
    CHECK(patched.body.at("start") == made.body.at("start"));
    CHECK(call(one, "PATCH", collection + "/moves", R"({"enabled": false})", {{"If-Match", made.etag}}).status == 412);
    // What is wrong anyhow is told rather than that the precondition does not hold.
    CHECK(call(one, "PATCH", collection + "/moves", R"({"url": "nowhere"})", {{"If-Match", made.etag}}).status == 422);
    CHECK(call(one, "PUT", collection + "/moves", R"({"url": "nowhere"})", {{"If-None-Match", "*"}}).status == 422);
    CHECK(call(one, "PUT", collection + "/moves", "{", {{"If-Match", made.etag}}).status == 400);
    CHECK(call(one, "PATCH", collection + "/none", R"({"enabled": false})", {{"If-Match", made.etag}}).status == 404);
    CHECK(call(one, "DELETE", collection + "/none", "", {{"If-Match", made.etag}}).status == 404);
    CHECK(call(one, "DELETE", collection + "/moves", "", {{"If-Match", made.etag}}).status == 412);
    CHECK(soon([&] { return call(one, "GET", collection + "/moves").etag == patched.etag; }));
    w.bus.publish("b", 1, 50);
    REQUIRE(w.r.wait_for("/elsewhere", 50));
    CHECK(w.r.count("/elsewhere").received == 50);
    CHECK(w.r.count("/elsewhere").bad_signatures == 0);
    CHECK(w.r.count("/moves").received == 10);
}

namespace {

// What an endpoint does at this moment may be another thing at the next.
json::object without_state(json::object shown) {
    for (const auto* member : {"state", "reason", "pending", "attempts_under_way"})
        shown.erase(member);
    return shown;
}

}  // namespace

TEST_CASE("what GET gave can be put, edited or as it is") {
    world w;
    const broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    REQUIRE(call(b, "POST", collection, document(w.r, "a", R"(, "deliver_from": "beginning")")).status == 201);
    REQUIRE(eventually([&] { return state_of(b, "a") == "healthy"; }));
    const auto before = call(b, "GET", collection + "/a");
    const auto same = call(b, "PUT", collection + "/a", before.text, {{"If-Match", before.etag}});
    INFO(same.text);
    REQUIRE(same.status == 200);
    auto edited = before.body;
    edited["timeout"] = "7s";
    const auto put = call(b, "PUT", collection + "/a", json::serialize(edited));
    CHECK(put.status == 200);
    CHECK(put.body.at("timeout") == "7s");
    edited["timeout_ms"] = 7'000;
    CHECK(without_state(put.body) == without_state(edited));
    w.bus.publish("k", 1, 3);
    CHECK(w.r.wait_for("/a", 3));
    CHECK(w.r.count("/a").bad_signatures == 0);
    edited["name"] = "b";
    CHECK(call(b, "POST", collection, json::serialize(edited)).status == 422);
}

TEST_CASE("a change under load loses nothing and repeats only what was in flight") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    REQUIRE(call(b, "POST", collection, document(w.r, "busy", R"(, "max_in_flight": 16)")).status == 201);
    for (int i = 0; i < 5; ++i) {
        w.bus.publish("k" + std::to_string(i), 1, 100);
        CHECK(call(b, "PATCH", collection + "/busy", R"({"connections": )" + std::to_string(i + 2) + "}").status ==
              200);
    }
    REQUIRE(w.r.wait_for("/busy", 500));
    CHECK(w.r.count("/busy").received <= 500 + 5 * 16);
}

TEST_CASE("a deleted endpoint gets nothing more, and a new one of its name inherits nothing") {
    world w;
    const auto order = GENERATE(std::string("none"), std::string("per-key"));
    CAPTURE(order);
    const auto more = R"(, "ordering": ")" + order + "\"";
    broadcaster_process one(w.nats.url(), {}, with_key), two(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(one) && follows(two); }));
    REQUIRE(call(one, "POST", collection, document(w.r, "gone", more)).status == 201);
    w.bus.publish("a", 1, 5);
    REQUIRE(w.r.wait_for("/gone", 5));
    CHECK(call(two, "DELETE", collection + "/gone").status == 204);
    CHECK(call(two, "DELETE", collection + "/gone").status == 404);
    CHECK(soon([&] { return state_of(one, "gone") == "404"; }));
    w.bus.publish("b", 1, 5);
    const auto again = call(one, "POST", collection, document(w.r, "gone", more));
    REQUIRE(again.status == 201);
    CHECK(again.body.at("start").at("sequence") == 11);
    w.bus.publish("c", 1, 5);
    REQUIRE(w.r.wait_for("/gone", 10));
    for (const auto& id : w.r.ids("/gone"))
        CHECK_FALSE(id.starts_with("b-"));
}

TEST_CASE("an endpoint disabled by the API keeps its position") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    REQUIRE(call(b, "POST", collection, document(w.r, "rests")).status == 201);
    w.bus.publish("a", 1, 1);
    REQUIRE(w.r.wait_for("/rests", 1));
    CHECK(call(b, "POST", collection + "/rests:disable").body.at("state") == "disabled");
    w.bus.publish("b", 1, 10);
    CHECK(w.r.count("/rests").received == 1);
    const auto disabled = call(b, "GET", collection + "/rests").etag;
    CHECK(call(b, "POST", collection + "/rests:enable", "", {{"If-Match", "\"1\""}}).status == 412);
    CHECK(call(b, "POST", collection + "/rests:enable", "", {{"If-Match", "1"}}).status == 400);
    CHECK(call(b, "POST", collection + "/rests:enable", "", {{"If-Match", disabled}}).body.at("enabled") == true);
    REQUIRE(w.r.wait_for("/rests", 11));
    CHECK(w.r.count("/rests").accepted == 11);
}

TEST_CASE("an endpoint that its settings disable is not resumed, and the answer says what enables it") {
    world w;
    const broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "of-file", {"enabled: false"})}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    REQUIRE(call(b, "POST", collection, document(w.r, "of-api", R"(,"enabled":false)")).status == 201);
    const auto of_api = call(b, "POST", collection + "/of-api:resume");
    CHECK(of_api.status == 409);
    CHECK(of_api.text.find(":enable") != std::string::npos);
    const auto of_file = call(b, "POST", collection + "/of-file:resume");
    CHECK(of_file.status == 409);
    CHECK(of_file.text.find("the file") != std::string::npos);
    CHECK(call(b, "POST", collection + "/of-api:enable").status == 200);
    CHECK(call(b, "POST", collection + "/of-api:resume").status == 200);
}

TEST_CASE("an endpoint that answered 410 is resumed on every replica, also one of the file") {
    world w;
    broadcaster_process one(w.nats.url(), {endpoint_yaml(w.r, "left")}),
        two(w.nats.url(), {endpoint_yaml(w.r, "left")});
    wait_for_endpoints(one, two, 1);
    w.r.behave("/left", R"("mode":"fail","status":410)");
    w.bus.publish("a", 1, 40);
    REQUIRE(eventually([&] { return state_of(one, "left") == "disabled" || state_of(two, "left") == "disabled"; }));
    w.r.behave("/left", R"("mode":"ok")");
    CHECK(call(two, "POST", collection + "/left:resume").status == 200);
    REQUIRE(soon([&] { return served(one, two, "left"); }));
    CHECK(call(one, "GET", collection + "/left").body.at("defined_in") == "file");
    CHECK(call(one, "PATCH", collection + "/left", R"({"enabled": false})").status == 409);
    CHECK(call(one, "DELETE", collection + "/left").status == 409);
    CHECK(call(one, "POST", collection + "/left:disable").status == 409);
}

TEST_CASE("a test webhook is signed, obeys the address policy, and shows the response") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "tried"), "  - {name: walled, url: '" + w.r.url("/x") +
                                                                          "', allow_private_addresses: false}\n"});
    b.wait_for_endpoints(2);
    const auto ok = call(b, "POST", collection + "/tried:test");
    CHECK(ok.status == 200);
    CHECK(ok.body.at("status").as_int64() / 100 == 2);
    CHECK(w.r.count("/tried").bad_signatures == 0);
    CHECK(w.r.count("/tried").received == 1);
    w.r.behave("/tried", R"("mode":"fail","status":500)");
    CHECK(call(b, "POST", collection + "/tried:test").body.at("status") == 500);
    CHECK(call(b, "POST", collection + "/walled:test").body.at("error") == "address_refused");
    CHECK(w.r.count("/x").received == 0);
    CHECK(state_of(b, "tried") == "healthy");
}
