// A shard whose lease lapses, and is held again.
#include "delivery/shard.hpp"
#include "observe/metrics.hpp"
#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

struct shard_scene : world {
    runtime::asio::io_context ctx{1};
    observe::metrics metrics{"broadcaster"};
    bus::connection reads{ctx, {.url = nats.url(), .name = "reads", .needs_jetstream = true}};
    bus::connection publishes{ctx, {.url = nats.url(), .name = "publishes", .needs_jetstream = true}};
    broadcaster::share_links links{{ctx, metrics, {}, {}}, reads};
    broadcaster::position_store store{ctx, publishes, "0"};
    broadcaster::stream_sources sources;
    std::unique_ptr<broadcaster::shard> owned;

    bool polled() {
        ctx.restart();
        ctx.poll();
        return true;
    }
    void start(broadcaster::endpoint e) {
        bus.api("STREAM.CREATE.WEBHOOK_RETRIES", R"({"name":"WEBHOOK_RETRIES","subjects":["webhooks.retries.>"]})");
        REQUIRE(eventually([&] { return polled() && reads.connected() && publishes.connected(); }));
        owned = std::make_unique<broadcaster::shard>(
            broadcaster::shard::parts{links, sources, store, publishes, "0", [] {}, [] {}},
            broadcaster::shard_record{"me", "e1", {}});
        const auto what = std::make_shared<const broadcaster::endpoint>(std::move(e));
        owned->open({"TODOS", {bus.stream("TODOS").created, 1}, {{what, std::nullopt, 1}}, false});
        owned->start();
        REQUIRE(eventually([&] { return polled() && owned->loaded(); }));
    }
};

}  // namespace

TEST_CASE("what came while a shard's lease had lapsed is sent as soon as it is held again") {
    shard_scene s;
    broadcaster::endpoint e;
    e.name = "a";
    e.url = s.r.url("/a");
    e.source_stream = "TODOS";
    e.secrets = {receiver::secret};
    e.allow_private_addresses = true;
    e.retry_schedule = broadcaster::default_retry_schedule();
    s.start(e);
    auto& line = *s.owned->find("a");
    s.bus.publish("k", 1, 3);
    REQUIRE(eventually([&] { return s.polled() && line.in_hand() == 3; }));
    CHECK_FALSE(line.busy());  // nothing may be sent
    s.owned->hold_until(runtime::now() + 1h);
    REQUIRE(eventually([&] { return s.polled() && s.r.count("/a").accepted == 3; }));
    CHECK(eventually([&] { return s.polled() && line.idle(); }));
}
