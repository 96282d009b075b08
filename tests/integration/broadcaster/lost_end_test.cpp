// Streams that end before what was read, or seem to: their leader may lag. And what is left of those that are gone.
#include <boost/json.hpp>

#include "reading/stream_reader.hpp"
#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

const std::string ends_early = "ends before what was read";
const std::string key = "$KV.WEBHOOK_POSITIONS.shards.0.key";

// As if events up to next - 1 had been delivered, and the leader did not know of the last ones.
void set_position(bus_client& bus, const std::string& stream, std::uint64_t next) {
    auto record = boost::json::parse(bus.latest("KV_WEBHOOK_POSITIONS", key).payload);
    record.at("streams").at(stream).as_object()["next"] = next;
    bus.publish_raw(key, boost::json::serialize(record), {});
}

struct reader_scene : world {
    runtime::asio::io_context ctx{1};
    bus::connection c{ctx, {.url = nats.url(), .name = "reads", .needs_jetstream = true}};
    std::vector<std::uint64_t> read;
    bool made_anew = false;

    bool polled() {
        ctx.restart();
        ctx.poll();
        return true;
    }
    std::unique_ptr<broadcaster::stream_reader> reader(std::uint64_t from, std::uint64_t known_to) {
        REQUIRE(eventually([&] { return polled() && c.connected(); }));
        const auto on_message = [this](bus::delivery& d) {
            read.push_back(d.stream_sequence);
            return true;
        };
        return std::make_unique<broadcaster::stream_reader>(
            ctx, c,
            broadcaster::stream_reader::options{
                .stream = "TODOS", .created = bus.stream("TODOS").created, .from = from, .known_to = known_to},
            broadcaster::stream_reader::handlers{on_message, [](std::uint64_t) {}, [](std::uint64_t, std::uint64_t) {},
                                                 [this](const bus::stream_info&) { made_anew = true; },
                                                 [] { return std::size_t{100}; }});
    }
};

}  // namespace

TEST_CASE("a reader below the end that it knows of waits for a leader that lags, and does not begin anew") {
    reader_scene s;
    s.bus.publish("k", 1, 10);
    const auto reader = s.reader(5, 21);
    REQUIRE(eventually([&] { return s.polled() && reader->trouble().find(ends_early) != std::string::npos; }));
    CHECK(s.read.empty());
    s.bus.publish("k", 11, 20);
    REQUIRE(eventually([&] { return s.polled() && s.read.size() >= 16; }));
    CHECK(s.read.front() == 5);
    CHECK(s.read.back() == 20);
    CHECK_FALSE(s.made_anew);
}

TEST_CASE("a shard is taken over only from a leader that knows all that was delivered, and nothing is repeated") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")}, {{"SHARDS", "1"}});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 20);
    REQUIRE(w.r.wait_for("/a", 20));
    REQUIRE(eventually([&] { return w.bus.position("a") == 21; }));
    CHECK(b.child().stop() == std::optional<int>(0));
    set_position(w.bus, "TODOS", 31);
    b.restart();
    REQUIRE(eventually([&] { return b.log().find(ends_early) != std::string::npos; }));
    SECTION("it lags") {
        w.bus.publish("k", 21, 31);
        INFO(b.log());
        REQUIRE(w.r.wait_for("/a", 21));
        CHECK(w.r.ids("/a").back() == "k-31");
        CHECK(w.r.count("/a").repeated == 0);
    }
    SECTION("the stream has lost its end") {
        REQUIRE(eventually([&] { return b.log().find("stream was made anew") != std::string::npos; }, 20s));
        w.bus.publish("k", 21, 22);
        CHECK(w.r.wait_for("/a", 22));
    }
}

TEST_CASE("a stream that took no more consumers is opened only by a leader that knows all that was delivered") {
    world w;
    const std::string stream = R"("name":"ORDERS","subjects":["orders.>"],"storage":"file")";
    w.bus.api("STREAM.CREATE.ORDERS", '{' + stream + R"(,"max_consumers":2})");
    const auto publish = [&](int from, int to) {
        for (int n = from; n <= to; ++n)
            w.bus.publish_raw("orders.x", "{}", {{"Nats-Msg-Id", "o-" + std::to_string(n)}});
    };
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"source: {stream: ORDERS}"})}, {{"SHARDS", "1"}});
    b.wait_for_endpoints(1);
    publish(1, 20);
    REQUIRE(w.r.wait_for("/a", 20));
    REQUIRE(eventually([&] {
        const auto record = w.bus.latest("KV_WEBHOOK_POSITIONS", key).payload;
        return boost::json::parse(record).at("streams").at("ORDERS").at("next") == 21;
    }));
    CHECK(b.child().stop() == std::optional<int>(0));
    set_position(w.bus, "ORDERS", 31);
    REQUIRE(eventually([&] { return w.bus.stream("ORDERS").consumers == 0; }));
    for (const std::string name : {"theirs", "others"})
        w.bus.api("CONSUMER.CREATE.ORDERS." + name,
                  R"({"stream_name":"ORDERS","config":{"durable_name":")" + name + R"(","ack_policy":"none"}})");
    b.restart();
    REQUIRE(eventually([&] { return b.ready(); }));
    REQUIRE(eventually([&] {
        return http_call("GET", b.url("/readyz?verbose")).body.find("takes no more consumers") != std::string::npos;
    }));
    w.bus.api("CONSUMER.DELETE.ORDERS.theirs", "");
    w.bus.api("CONSUMER.DELETE.ORDERS.others", "");
    REQUIRE(eventually([&] { return b.log().find(ends_early) != std::string::npos; }));
    publish(21, 31);
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 21));
    CHECK(w.r.ids("/a").back() == "o-31");
    CHECK(w.r.count("/a").repeated == 0);
}

TEST_CASE("an event whose number a message has that waits for its retry, of what the stream has lost, is delivered") {
    world w;
    broadcaster_process b(w.nats.url(),
                          {endpoint_yaml(w.r, "a", {"retry_schedule: [120s]", "failure_threshold: 1000"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":1)");
    w.bus.publish("k", 1, 1);
    REQUIRE(eventually([&] { return waiting(w.bus) == 1; }));
    CHECK(b.child().stop() == std::optional<int>(0));
    auto lost = latest_waiting(w.bus);
    for (auto& [name, value] : lost.h)
        if (name == "Tidings-Stored-At") value = "1000000000";
    lost.subject.back() = '3';
    w.bus.publish_raw(lost.subject, lost.payload, lost.h);
    b.restart();
    b.wait_for_endpoints(1);
    w.bus.publish("k", 2, 4);
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 3));
    CHECK(id_set(w.r, "/a") == std::set<std::string>{"k-1", "k-2", "k-3", "k-4"});
    CHECK(waiting(w.bus) == 2);
}

TEST_CASE("what a paused endpoint has in hand of a stream that was made anew since is delivered when it can be") {
    world w;
    w.r.behave("/a", R"("mode":"hang","times":1)");
    broadcaster_process b(
        w.nats.url(),
        {endpoint_yaml(w.r, "a", {"timeout: 3s", "failure_threshold: 1", "first_probe: 2s", "longest_probe: 2s"})});
    b.wait_for_endpoints(1);
    w.bus.publish("old", 1, 1);
    REQUIRE(eventually([&] { return w.r.count("/a").received == 1; }));
    w.bus.delete_stream("TODOS");
    w.bus.make_stream();
    REQUIRE(eventually([&] { return b.log().find("stream was made anew") != std::string::npos; }));
    w.bus.publish("new", 1, 3);
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 4, 20s));
    CHECK(id_set(w.r, "/a") == std::set<std::string>{"old-1", "new-1", "new-2", "new-3"});
}
