// Where endpoints of the API get their events from, and from which one on; their secrets.
#include "endpoints_scene.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

const std::string named = collection + "/";

std::uint64_t start_of(const call_result& made) {
    return made.body.at("start").at("sequence").to_number<std::uint64_t>();
}

}  // namespace

TEST_CASE("an endpoint of the API takes any stream with limits retention, and says what is wrong with others") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    const auto none = call(b, "POST", collection, document(w.r, "a", source(R"({"stream": "ORDERS"})")));
    CHECK(none.status == 422);
    CHECK(none.text.find("/source/stream") != std::string::npos);
    make_orders(w.bus, "workqueue");
    CHECK(call(b, "POST", collection, document(w.r, "a", source(R"({"stream": "ORDERS"})"))).status == 422);
    w.bus.delete_stream("ORDERS");
    make_orders(w.bus);
    order(w.bus, "orders.old", 1, 3);
    const auto all = call(b, "POST", collection, document(w.r, "a", source(R"({"stream": "ORDERS"})")));
    const auto paid =
        call(b, "POST", collection, document(w.r, "p", source(R"({"stream": "ORDERS", "subject": "orders.paid.*"})")));
    REQUIRE(all.status == 201);
    CHECK(start_of(all) == 4);
    CHECK(paid.body.at("source").at("subject") == "orders.paid.*");
    order(w.bus, "orders.new", 4, 5);
    order(w.bus, "orders.paid.x", 6, 7);
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 4));
    REQUIRE(w.r.wait_for("/p", 2));
    CHECK(id_set(w.r, "/a") == std::set<std::string>{"o-4", "o-5", "o-6", "o-7"});
    CHECK(id_set(w.r, "/p") == std::set<std::string>{"o-6", "o-7"});
}

TEST_CASE("an endpoint whose stream was deleted waits, has no owner, and goes on when there is one again") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "here")}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    make_orders(w.bus);
    REQUIRE(call(b, "POST", collection, document(w.r, "a", source(R"({"stream": "ORDERS"})"))).status == 201);
    order(w.bus, "orders.x", 1, 1);
    REQUIRE(w.r.wait_for("/a", 1));
    const auto is = [&](const char* state) {
        return call(b, "GET", named + "a").body.at("state").as_string() == state;
    };
    const auto owners = [&](const std::string& name) {
        return b.metric("broadcaster_endpoint_owner{endpoint=\"" + name + "\"}");
    };
    CHECK(is("healthy"));
    w.bus.delete_stream("ORDERS");
    CHECK(eventually([&] { return is("waiting"); }, 15s));
    CHECK(call(b, "GET", named + "a").body.at("reason") == "stream ORDERS does not exist");
    CHECK(eventually([&] { return owners("a") == 0; }, 15s));
    CHECK(owners("here") == 1);
    make_orders(w.bus);
    order(w.bus, "orders.x", 2, 3);
    CHECK(w.r.wait_for("/a", 3, 30s));
    CHECK(eventually([&] { return is("healthy") && owners("a") == 1; }, 15s));
}

TEST_CASE("another subject counts from the change on, and another stream is a new beginning") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    make_orders(w.bus);
    order(w.bus, "orders.x", 1, 3);
    w.bus.publish("k", 1, 5);
    const auto made = call(b, "POST", collection, document(w.r, "a"));
    CHECK(start_of(made) == 6);
    w.bus.publish("k", 6, 6);
    REQUIRE(w.r.wait_for("/a", 1));
    const auto narrowed =
        call(b, "PATCH", named + "a", R"({"source": {"subject": "todos.events.none"}})", {{"If-Match", made.etag}});
    REQUIRE(narrowed.status == 200);
    CHECK(start_of(narrowed) == 6);
    REQUIRE(soon([&] { return call(b, "GET", named + "a").etag == narrowed.etag; }));
    const auto moved = call(b, "PATCH", named + "a", R"({"source": {"stream": "ORDERS", "subject": null}})");
    REQUIRE(moved.status == 200);
    CHECK(moved.body.at("start").at("stream") == "ORDERS");
    CHECK(start_of(moved) == 4);
    order(w.bus, "orders.x", 4, 6);
    w.bus.publish("k", 7, 9);
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 4));
    CHECK(id_set(w.r, "/a") == std::set<std::string>{"k-6", "o-4", "o-5", "o-6"});
}

TEST_CASE("an endpoint begins at the beginning, at a sequence or at a time, and the answer says where that is") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    w.bus.publish("k", 1, 10);
    const auto sixth = w.bus.stored("TODOS", 6).time;
    const auto from = [&](const std::string& name, const std::string& place) {
        return call(b, "POST", collection, document(w.r, name, R"(, "deliver_from": )" + place));
    };
    CHECK(start_of(from("all", R"("beginning")")) == 1);
    CHECK(start_of(from("four", "4")) == 4);
    CHECK(start_of(from("time", "\"" + sixth + "\"")) == 6);
    const auto later = from("later", "13");
    CHECK(start_of(later) == 13);
    CHECK(later.text.find("gets nothing until then") != std::string::npos);
    CHECK(from("four", "4").status == 409);
    CHECK(from("never", R"("yesterday")").status == 422);
    CHECK(from("zero", "0").status == 422);
    w.bus.publish("k", 11, 13);
    INFO(b.log());
    REQUIRE(w.r.wait_for("/all", 13));
    REQUIRE(w.r.wait_for("/four", 10));
    REQUIRE(w.r.wait_for("/time", 8));
    REQUIRE(w.r.wait_for("/later", 1));
    CHECK(w.r.count("/four").received == 10);
    CHECK(w.r.count("/time").received == 8);
    CHECK(w.r.ids("/later") == std::vector<std::string>{"k-13"});
}

TEST_CASE("an endpoint begins at any time of RFC 3339, in the stream's past or not") {
    world w;
    const broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    w.bus.publish("k", 1, 10);
    const std::pair<std::string, std::uint64_t> table[] = {
        {"2026-01-01t00:00:00z", 1},  {"2016-12-31T23:59:60Z", 1}, {"2026-01-01T00:00:00.1234567891+23:59", 1},
        {"0001-01-01T00:00:00Z", 1},  {"1500-01-01T00:00:00Z", 1}, {"2262-04-11T23:47:17Z", 11},
        {"2300-01-01T00:00:00Z", 11}, {"9999-12-31T23:59:59Z", 11}};
    int n = 0;
    for (const auto& [time, first] : table) {
        const auto made = call(b, "POST", collection,
                               document(w.r, "e" + std::to_string(++n), R"(, "deliver_from": ")" + time + "\""));
        INFO(time << ": " << made.text);
        REQUIRE(made.status == 201);
        CHECK(start_of(made) == first);
        CHECK((made.text.find("deliver_from is in the future") != std::string::npos) == (first == 11));
    }
}

TEST_CASE("where an endpoint begins cannot be changed afterwards, unless its stream is") {
    world w;
    const broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    make_orders(w.bus);
    order(w.bus, "orders.x", 1, 3);
    REQUIRE(call(b, "POST", collection, document(w.r, "a", R"(, "deliver_from": "beginning")")).status == 201);
    const auto refused = call(b, "PATCH", named + "a", R"({"deliver_from": "now"})");
    CHECK(refused.status == 422);
    CHECK(refused.text.find("/deliver_from") != std::string::npos);
    CHECK(refused.text.find("make another endpoint") != std::string::npos);
    CHECK(call(b, "PUT", named + "a", document(w.r, "a")).body.at("deliver_from") == "beginning");
    CHECK(call(b, "PUT", named + "a", document(w.r, "a", R"(, "deliver_from": "now")")).status == 422);
    const auto moved = call(b, "PATCH", named + "a", R"({"deliver_from": 2, "source": {"stream": "ORDERS"}})");
    CHECK(moved.status == 200);
    CHECK(start_of(moved) == 2);
}

TEST_CASE("secrets are changed while events are delivered, old and new together first") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    const std::string fresh = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    REQUIRE(call(b, "POST", collection, document(w.r, "a", R"(, "retry_schedule": ["1h"])")).status == 201);
    w.bus.publish("k", 1, 5);
    REQUIRE(w.r.wait_for("/a", 5));
    const auto rotate = [&](const std::string& secrets) {
        const auto r = call(b, "PATCH", named + "a", R"({"secrets": [)" + secrets + "]}");
        CHECK(r.text.find("whsec") == std::string::npos);
        REQUIRE(r.status == 200);
        REQUIRE(soon([&] { return call(b, "GET", named + "a").etag == r.etag; }));
        return r.body.at("secret_count").as_int64();
    };
    CHECK(rotate("\"" + fresh + "\", \"" + receiver::secret + "\"") == 2);
    w.bus.publish("k", 6, 10);
    REQUIRE(w.r.wait_for("/a", 10));
    CHECK(w.r.count("/a").bad_signatures == 0);
    CHECK(rotate("\"" + fresh + "\"") == 1);
    w.bus.publish("k", 11, 11);
    REQUIRE(eventually([&] { return w.r.count("/a").bad_signatures == 1; }));
    CHECK(call(b, "GET", named + "a").text.find("whsec") == std::string::npos);
}

TEST_CASE("an endpoint whose secrets a replica cannot decrypt waits there, with its place kept") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    REQUIRE(call(b, "POST", collection, document(w.r, "a")).status == 201);
    w.bus.publish("k", 1, 10);
    REQUIRE(w.r.wait_for("/a", 10));
    REQUIRE(eventually([&] { return w.bus.position("a") == 11; }));
    CHECK(b.child().stop() == std::optional<int>(0));
    {
        broadcaster_process without(w.nats.url(), {}, {});
        REQUIRE(eventually([&] { return follows(without) && state_of(without, "a") == "waiting"; }));
        CHECK(call(without, "GET", named + "a").text.find("ENDPOINTS_KEY_FILE") != std::string::npos);
        CHECK(without.log().find("a stored endpoint cannot be used") != std::string::npos);
        CHECK(http_call("GET", without.url("/readyz?verbose")).body.find("endpoint a: /secrets/0") !=
              std::string::npos);
        const auto refused = call(without, "PATCH", named + "a", R"({"secrets": ["whsec_MDEyMzQ1Njc4OWFiY2RlZg=="]})");
        CHECK(refused.status == 422);
        REQUIRE(eventually([&] { return without.log().find("shard owned") != std::string::npos; }));
        w.bus.publish("k", 11, 20);
        CHECK(without.child().stop() == std::optional<int>(0));
    }
    b.restart();
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 20));
    CHECK(w.r.count("/a").repeated == 0);
}

TEST_CASE("endpoints that come and go leave nothing behind in the buckets") {
    world w;
    broadcaster_process one(w.nats.url(), {}, with_key), two(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(one) && follows(two); }));
    for (int n = 0; n < 60; ++n) {
        const auto name = "e" + std::to_string(n % 6);
        REQUIRE(call(n % 2 == 0 ? one : two, "POST", collection, document(w.r, name)).status == 201);
        w.bus.publish("k" + std::to_string(n), 1, 1);
        REQUIRE(call(n % 3 == 0 ? one : two, "DELETE", named + name).status == 204);
    }
    INFO(one.log() << two.log());
    CHECK(eventually([&] {
        const auto left = w.bus.api("STREAM.INFO.KV_WEBHOOK_POSITIONS",
                                    R"({"subjects_filter": "$KV.WEBHOOK_POSITIONS.shards.*.start.>"})");
        return left.find(".start.") == std::string::npos;
    }));
    CHECK(eventually([&] { return (one.metrics() + two.metrics()).find("{endpoint=\"e") == std::string::npos; }));
}
