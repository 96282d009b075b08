// Servers that start late, die, hang and restart.
#include <boost/asio/ip/tcp.hpp>
#include <set>

#include "bus/jetstream/publisher.hpp"
#include "bus/jetstream/pull_consumer.hpp"
#include "loop.hpp"

namespace tidings::bus {

TEST_CASE("a client connects to a server that starts later") {
    support::nats_server server;
    server.stop();
    loop l;
    connection c(l.ctx, quick(server.url()));
    int ups = 0, got = 0;
    c.on_connected([&] { ++ups; });
    const auto s = c.subscribe("a", "", [&](message) { ++got; });
    REQUIRE(l.until([&] { return !c.last_error().empty(); }));
    CHECK_FALSE(c.connected());
    CHECK_FALSE(c.publish("a", "lost"));
    CHECK(ups == 0);
    server.start();
    REQUIRE(l.connected(c));
    CHECK(ups == 1);
    CHECK(c.reconnects() == 0);
    CHECK(c.last_error().empty());
    c.publish("a", "x");
    REQUIRE(l.until([&] { return got == 1; }));
}

TEST_CASE("the loop is not blocked while dialling a silent server") {
    support::nats_server server;
    server.stop();
    runtime::asio::io_context other;
    using boost::asio::ip::tcp;
    // Nothing accepts: connections stay in the kernel's backlog, as with a hung server.
    tcp::acceptor mute(other, tcp::endpoint(boost::asio::ip::address_v4::loopback(), server.port()));
    loop l;
    connection c(l.ctx, quick(server.url()));
    auto longest = std::chrono::steady_clock::duration::zero();
    auto last = std::chrono::steady_clock::now();
    l.until(
        [&] {
            const auto now = std::chrono::steady_clock::now();
            longest = std::max(longest, now - std::exchange(last, now));
            return !c.last_error().empty();
        },
        6s);
    CHECK(longest < 1s);
    CHECK_FALSE(c.connected());
}

TEST_CASE("listeners are notified once of each disconnect and reconnect") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    int ups = 0, downs = 0, for_a_time = 0;
    c.on_connected([&] { ++ups; });
    c.on_disconnected([&] {
        ++downs;
        CHECK_FALSE(c.connected());
    });
    auto owner = std::make_shared<int>();
    c.on_connected(owner, [&] { ++for_a_time; });
    for (int round = 1; round <= 3; ++round) {
        REQUIRE(l.until([&] { return ups == round; }));
        CHECK(c.connected());
        server.kill();
        REQUIRE(l.until([&] { return downs == round; }));
        CHECK_FALSE(c.connected());
        owner.reset();
        server.start();
    }
    REQUIRE(l.until([&] { return ups == 4; }));
    CHECK(downs == 3);
    CHECK(c.reconnects() == 3);
    CHECK(for_a_time == 1);
}

TEST_CASE("a connection does not wait out its pause when another one has reached the server") {
    support::nats_server server;
    loop l;
    connection quick_one(l.ctx, quick(server.url()));
    auto o = quick(server.url());
    o.reconnect_wait = 5min;
    connection patient(l.ctx, o);
    REQUIRE((l.connected(quick_one) && l.connected(patient)));
    quick_one.on_connected([&] { patient.hurry(); });
    server.kill();
    REQUIRE(l.until([&] { return !quick_one.connected() && !patient.connected(); }));
    server.start();
    CHECK(l.connected(patient));
    patient.hurry();
    CHECK(patient.connected());
    CHECK(patient.reconnects() == 1);
}

TEST_CASE("a request in flight fails immediately when the server dies") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    REQUIRE(l.connected(c));
    const auto silent = c.subscribe("silent", "", [&](message) { server.kill(); });
    const auto start = std::chrono::steady_clock::now();
    CHECK(l.run(c.request("silent", "", {}, 60s)).error() == errc::disconnected);
    CHECK(std::chrono::steady_clock::now() - start < 30s);
}

TEST_CASE("a hung server is detected by unanswered pings") {
    support::nats_server server;
    loop l;
    auto o = quick(server.url());
    o.ping_interval = 100ms;
    connection c(l.ctx, o);
    int got = 0;
    const auto s = c.subscribe("a", "", [&](message) { ++got; });
    REQUIRE(l.connected(c));
    freeze(server.pid());
    // Published meanwhile or not: there is no ack.
    REQUIRE(l.until([&] {
        if (c.connected()) c.publish("a", "x");
        return !c.connected();
    }));
    got = 0;
    ::kill(server.pid(), SIGCONT);
    REQUIRE(l.connected(c));
    REQUIRE(l.flush(c));
    got = 0;
    c.publish("a", "after");
    REQUIRE(l.until([&] { return got >= 1; }));
}

namespace {

// A publisher that retries failures, and a consumer, through crashes of the server.
struct flow {
    loop& l;
    connection out, in;
    publisher pub;
    pull_consumer pull;
    std::size_t next = 0;
    std::set<std::string> acked, received;
    std::vector<std::string> failed;

    flow(loop& on, const std::string& url)
        : l(on),
          out(on.ctx, quick(url)),
          in(on.ctx, quick(url)),
          pub(on.ctx, out, 1s),
          pull(
              in, on.ctx, {"S", "d", 1s, 64},
              [this](delivery d) {
                  received.emplace(d.msg.payload());
                  in.publish(d.msg.reply(), "+ACK");
                  pull.set_capacity(64);
              },
              [] {}) {}

    void send(const std::string& id) {
        pub.publish("S.x", {{"Nats-Msg-Id", id}}, id, [this, id](const publish_ack& ack) {
            ack.failure ? failed.push_back(id) : void(acked.insert(id));
        });
    }
    void feed() {
        for (const auto& id : std::exchange(failed, {}))
            send(id);
        while (pub.in_flight() < 50)
            send(std::to_string(next++));
    }
};

}  // namespace

TEST_CASE("five crashes of the server lose nothing that was acked") {
    support::nats_server server;
    loop l;
    flow f(l, server.url());
    REQUIRE((l.connected(f.out) && l.connected(f.in)));
    jetstream js(f.out);
    REQUIRE(l.run(js.ensure_stream(stream_of("S"))));
    REQUIRE(make_durable(l, f.out, "S", "d", 1s));
    f.pull.set_capacity(64);
    for (int crash = 0; crash < 5; ++crash) {
        const auto target = f.received.size() + 300;
        REQUIRE(l.until([&] {
            if (f.out.connected()) f.feed();
            return f.received.size() >= target;
        }));
        server.kill();
        REQUIRE(l.until([&] { return !f.out.connected() && !f.in.connected(); }));
        server.start();
        REQUIRE((l.connected(f.out) && l.connected(f.in)));
    }
    CHECK(l.until([&] {
        for (const auto& id : std::exchange(f.failed, {}))
            f.send(id);
        return f.pub.in_flight() == 0 && f.failed.empty() && f.acked.size() == f.next &&
               f.received.size() == f.acked.size();
    }));
    CHECK(f.acked.size() == f.next);
    CHECK(f.received == f.acked);
    CHECK(f.out.reconnects() == 5);
}

TEST_CASE("a discovered member of the cluster takes over") {
    support::temp_dir dir;
    const auto port_a = support::free_port(), port_b = support::free_port();
    const auto cluster_a = support::free_port(), cluster_b = support::free_port();
    const auto member = [&](std::uint16_t port, std::uint16_t cluster, std::uint16_t other) {
        return support::process(
            {{"nats-server", "-a", "127.0.0.1", "-p", std::to_string(port), "--cluster_name", "c", "--cluster",
              "nats://127.0.0.1:" + std::to_string(cluster), "--routes", "nats://127.0.0.1:" + std::to_string(other)},
             {},
             dir.path() / (std::to_string(port) + ".log"),
             {}});
    };
    auto a = member(port_a, cluster_a, cluster_b), b = member(port_b, cluster_b, cluster_a);
    // A announces B to its clients once their route is established.
    REQUIRE(support::eventually([&] {
        if (a.output().find("Server is ready") == std::string::npos) return false;
        return support::raw_exchange(port_a, "", 100ms).find(std::to_string(port_b)) != std::string::npos;
    }));
    loop l;
    connection c(l.ctx, quick("nats://127.0.0.1:" + std::to_string(port_a)));
    REQUIRE(l.connected(c));
    REQUIRE(l.flush(c));
    a.kill();
    REQUIRE(l.until([&] { return c.reconnects() == 1 && c.connected(); }));
    CHECK(l.flush(c));
}

}  // namespace tidings::bus
