// Endpoints that come, change and go while events are published all the time.
#include <algorithm>

#include "endpoints_scene.hpp"
#include "steady_publisher.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

std::uint64_t start_of(const call_result& made) {
    return made.body.at("start").at("sequence").to_number<std::uint64_t>();
}

// The numbers of the "k-<n>" that arrived, sorted.
std::vector<std::uint64_t> numbers(const receiver& r, const std::string& path) {
    std::vector<std::uint64_t> all;
    for (const auto& id : r.ids(path))
        all.push_back(std::stoull(id.substr(2)));
    std::ranges::sort(all);
    return all;
}

std::vector<std::uint64_t> from_to(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> all;
    for (auto n = first; n <= last; ++n)
        all.push_back(n);
    return all;
}

void wait_until_both_follow(const broadcaster_process& one, const broadcaster_process& two) {
    REQUIRE(eventually([&] { return follows(one) && follows(two); }));
}

const std::string named = collection + "/";

}  // namespace

TEST_CASE("an endpoint made while events are published gets exactly those from the sequence that was answered") {
    world w;
    broadcaster_process one(w.nats.url(), {}, with_key), two(w.nats.url(), {}, with_key);
    wait_until_both_follow(one, two);
    steady_publisher events(w.nats.url());
    std::map<std::string, std::uint64_t> starts;
    for (int n = 0; n < 12; ++n) {
        const auto name = "e" + std::to_string(n);
        const auto made = call(n % 2 == 0 ? one : two, "POST", collection, document(w.r, name));
        REQUIRE(made.status == 201);
        starts[name] = start_of(made);
        events.more(20);
    }
    const auto last = events.stop();
    for (const auto& [name, start] : starts) {
        INFO(name << " from " << start << " to " << last << "\n" << one.log() << two.log());
        REQUIRE(w.r.wait_for("/" + name, last - start + 1));
        CHECK(numbers(w.r, "/" + name) == from_to(start, last));
        CHECK(w.r.count("/" + name).repeated == 0);
    }
}

TEST_CASE("nothing is lost when the replica that answered, or the owner, is killed right after an endpoint was made") {
    world w;
    broadcaster_process one(w.nats.url(), {}, with_key), two(w.nats.url(), {}, with_key);
    wait_until_both_follow(one, two);
    REQUIRE(eventually([&] {
        return one.log().find("shard owned") != std::string::npos && two.log().find("shard owned") != std::string::npos;
    }));
    steady_publisher events(w.nats.url());
    std::map<std::string, std::uint64_t> starts;
    for (int n = 0; n < 8; ++n) {
        const auto name = "e" + std::to_string(n);
        const auto made = call(n == 7 ? one : two, "POST", collection, document(w.r, name));
        REQUIRE(made.status == 201);
        starts[name] = start_of(made);
    }
    one.child().kill();
    events.more(200);
    const auto last = events.stop();
    for (const auto& [name, start] : starts) {
        INFO(name << " from " << start << " to " << last << "\n" << two.log());
        REQUIRE(w.r.wait_for("/" + name, last - start + 1));
        CHECK(numbers(w.r, "/" + name) == from_to(start, last));
    }
}

TEST_CASE("another url takes over while events are published, and nothing is lost") {
    world w;
    broadcaster_process one(w.nats.url(), {}, with_key), two(w.nats.url(), {}, with_key);
    wait_until_both_follow(one, two);
    w.r.behave("/old", R"("mode":"slow","delay_ms":30)");
    const auto made = call(one, "POST", collection, document(w.r, "old", R"(, "max_in_flight": 16, "connections": 8)"));
    REQUIRE(made.status == 201);
    steady_publisher events(w.nats.url());
    for (int round = 0; round < 6; ++round) {
        events.more(60);
        const auto url = w.r.url(round % 2 == 0 ? "/new" : "/old");
        CHECK(call(round % 2 == 0 ? two : one, "PATCH", named + "old", R"({"url": ")" + url + "\"}").status == 200);
    }
    const auto last = events.stop();
    const auto start = start_of(made);
    const auto both = [&] {
        auto all = numbers(w.r, "/old");
        const auto at_new = numbers(w.r, "/new");
        all.insert(all.end(), at_new.begin(), at_new.end());
        std::ranges::sort(all);
        return all;
    };
    INFO(one.log() << two.log());
    REQUIRE(eventually([&] { return both().size() >= last - start + 1; }));
    const auto all = both();
    CHECK(all == from_to(start, last));  // none lost, and none sent to both
    CHECK(w.r.count("/old").repeated + w.r.count("/new").repeated == 0);
}

TEST_CASE("what an attempt to the former url meets with is not said of the endpoint") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    w.r.behave("/old", R"("mode":"hang")");
    const auto settings = R"(, "timeout": "2s", "failure_threshold": 1)";
    REQUIRE(call(b, "POST", collection, document(w.r, "old", settings)).status == 201);
    w.bus.publish("k", 1, 1);
    REQUIRE(eventually([&] { return w.r.count("/old").received == 1; }));
    CHECK(call(b, "PATCH", named + "old", R"({"url": ")" + w.r.url("/new") + "\"}").status == 200);
    const auto failed = R"(broadcaster_webhook_requests_total{endpoint="old",outcome="timeout"})";
    REQUIRE(eventually([&] { return b.metric(failed) == 1; }));
    INFO(b.log());
    CHECK(b.metric(R"(broadcaster_endpoint_state{endpoint="old"})") == 0);
    CHECK(state_of(b, "old") == "healthy");
    CHECK(b.log().find("endpoint changed state") == std::string::npos);
}

TEST_CASE("a deleted endpoint gets no event any more, while others go on") {
    world w;
    broadcaster_process one(w.nats.url(), {}, with_key), two(w.nats.url(), {}, with_key);
    wait_until_both_follow(one, two);
    const auto stays = call(one, "POST", collection, document(w.r, "stays"));
    REQUIRE(call(one, "POST", collection, document(w.r, "goes", R"(, "retry_schedule": ["2s", "2s"])")).status == 201);
    w.r.behave("/goes", R"("mode":"fail","status":500,"times":3)");
    steady_publisher events(w.nats.url());
    REQUIRE(eventually([&] { return w.r.count("/goes").received > 50; }));
    CHECK(call(two, "DELETE", named + "goes").status == 204);
    REQUIRE(soon([&] {
        return (one.log() + two.log()).find("endpoint removed") != std::string::npos &&
               state_of(one, "goes") == "404" && state_of(two, "goes") == "404";
    }));
    CHECK((one.log() + two.log()).find(R"("msg":"endpoint removed","endpoint":"goes","incarnation":")") !=
          std::string::npos);
    const auto before = w.r.count("/goes").received;
    events.more(300);
    const auto last = events.stop();
    REQUIRE(w.r.wait_for("/stays", last - start_of(stays) + 1));
    CHECK(w.r.count("/goes").received == before);
    CHECK(eventually([&] { return waiting(w.bus) == 0; }));
    for (const auto* name : {"broadcaster_endpoint_owner", "broadcaster_messages_processed_total"})
        CHECK(soon([&] {
            return (one.metrics() + two.metrics()).find(std::string(name) + R"({endpoint="goes"})") ==
                   std::string::npos;
        }));

    const auto again = call(one, "POST", collection, document(w.r, "goes"));
    REQUIRE(again.status == 201);
    CHECK(start_of(again) == last + 1);
    w.bus.publish("k", static_cast<int>(last) + 1, static_cast<int>(last) + 10);
    REQUIRE(eventually([&] { return w.r.count("/goes").received >= before + 10; }));
    CHECK(w.r.count("/goes").received == before + 10);
}

TEST_CASE("a change made while a replica does not follow reaches it afterwards, and its shards lose nothing") {
    world w;
    broadcaster_process one(w.nats.url(), {}, with_key), two(w.nats.url(), {}, with_key);
    wait_until_both_follow(one, two);
    REQUIRE(eventually([&] { return two.log().find("shard owned") != std::string::npos; }));
    two.child().signal(SIGSTOP);
    steady_publisher events(w.nats.url());
    std::map<std::string, std::uint64_t> starts;
    for (int n = 0; n < 8; ++n) {
        const auto name = "e" + std::to_string(n);
        const auto made = call(one, "POST", collection, document(w.r, name));
        REQUIRE(made.status == 201);
        starts[name] = start_of(made);
    }
    CHECK(call(one, "DELETE", named + "e0").status == 204);
    starts.erase("e0");
    events.more(200);
    two.child().signal(SIGCONT);
    REQUIRE(soon([&] { return state_of(two, "e1") != "404" && state_of(two, "e0") == "404"; }));
    events.more(200);
    const auto last = events.stop();
    for (const auto& [name, start] : starts) {
        INFO(name << " from " << start << " to " << last << "\n" << one.log() << two.log());
        REQUIRE(w.r.wait_for("/" + name, last - start + 1));
        CHECK(numbers(w.r, "/" + name) == from_to(start, last));
    }
}

TEST_CASE("a disabled endpoint gets everything that was published meanwhile once it is enabled, whoever is asked") {
    world w;
    broadcaster_process one(w.nats.url(), {}, with_key), two(w.nats.url(), {}, with_key);
    wait_until_both_follow(one, two);
    std::map<std::string, std::uint64_t> starts;
    steady_publisher events(w.nats.url());
    for (const auto* name : {"a", "b", "c", "d"})
        starts[name] = start_of(call(one, "POST", collection, document(w.r, name)));
    events.more(50);
    for (const auto& [name, start] : starts)
        CHECK(call(two, "POST", named + name + ":disable").body.at("state") == "disabled");
    std::uint64_t resting = 0;
    REQUIRE(soon([&] { return std::exchange(resting, w.r.count().received) == w.r.count().received; }));
    events.more(200);
    CHECK(w.r.count().received == resting);
    for (const auto& [name, start] : starts)
        CHECK(call(one, "POST", named + name + ":enable").status == 200);
    events.more(50);
    const auto last = events.stop();
    for (const auto& [name, start] : starts) {
        INFO(name << "\n" << one.log() << two.log());
        REQUIRE(w.r.wait_for("/" + name, last - start + 1));
        CHECK(numbers(w.r, "/" + name) == from_to(start, last));
    }
}

TEST_CASE("another order counts from the change on, and nothing is lost") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    w.r.behave("/a", R"("mode":"slow","delay_ms":5)");
    const auto made = call(b, "POST", collection, document(w.r, "a"));
    REQUIRE(made.status == 201);
    steady_publisher events(w.nats.url());
    for (const auto* order : {"strict", "per-key", "none", "strict"}) {
        events.more(50);
        CHECK(call(b, "PATCH", named + "a", R"({"ordering": ")" + std::string(order) + "\"}").status == 200);
    }
    const auto last = events.stop();
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", last - start_of(made) + 1));
    CHECK(numbers(w.r, "/a") == from_to(start_of(made), last));
    CHECK(w.r.count("/a").repeated == 0);
}
