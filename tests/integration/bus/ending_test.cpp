// A connection may be destroyed in every state, without blocking, leaks or late calls.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "bus/jetstream/publisher.hpp"
#include "bus/jetstream/pull_consumer.hpp"
#include "loop.hpp"

namespace tidings::bus {

namespace {

// A connection with a subscription, and how often it was called after its end.
struct ending {
    support::nats_server server;
    loop l;
    std::unique_ptr<connection> c = std::make_unique<connection>(l.ctx, quick(server.url()));
    int after = 0;
    bool ended = false;
    std::optional<subscription> s;

    ending() {
        const auto count = [this] { after += ended ? 1 : 0; };
        c->on_connected(count);
        c->on_disconnected(count);
        s = c->subscribe("a", "", [count](message) { count(); });
    }

    void check_end() {
        const auto start = std::chrono::steady_clock::now();
        c.reset();
        CHECK(std::chrono::steady_clock::now() - start < 400ms);
        ended = true;
        l.for_a_while(300ms);
        CHECK(after == 0);
        ::kill(server.pid(), SIGCONT);
    }
};

}  // namespace

TEST_CASE("a connection ends immediately in every state") {
    ending e;
    auto& server = e.server;
    auto& l = e.l;
    auto& c = e.c;

    SECTION("just started") {}
    SECTION("dialling") { l.ctx.run_for(1ms); }
    SECTION("connected") { REQUIRE(l.connected(*c)); }
    SECTION("connected, with unsent messages") {
        REQUIRE(l.connected(*c));
        for (int i = 0; i < 10'000; ++i)
            c->publish("a", std::string(100, 'x'));
    }
    SECTION("connected to a server that does not read") {
        REQUIRE(l.connected(*c));
        freeze(server.pid());
        for (int i = 0; i < 20'000; ++i)
            c->publish("a", std::string(1'000, 'x'));
        l.for_a_while(50ms);
    }
    SECTION("the server has died, not noticed yet") {
        REQUIRE(l.connected(*c));
        server.kill();
    }
    SECTION("waiting to redial") {
        REQUIRE(l.connected(*c));
        server.kill();
        REQUIRE(l.until([&] { return !c->connected(); }));
    }
    SECTION("with the subscription ended first") {
        REQUIRE(l.connected(*c));
        e.s.reset();
    }
    e.check_end();
}

TEST_CASE("the loop may be destroyed before it ever ran") {
    support::nats_server server;
    {
        loop l;
        connection c(l.ctx, quick(server.url()));
    }
    loop l;
    {
        connection c(l.ctx, quick(server.url()));
        REQUIRE(l.connected(c));
        c.publish("a", "x");
    }
}

TEST_CASE("after the connection is destroyed the loop runs out of work") {
    support::nats_server server;
    loop l;
    {
        connection c(l.ctx, quick(server.url()));
        REQUIRE(l.connected(c));
    }
    CHECK(support::eventually([&] {
        l.ctx.restart();
        l.ctx.run_for(10ms);
        return l.ctx.stopped();
    }));
}

TEST_CASE("a handler may destroy its own connection") {
    support::nats_server server;
    loop l;
    auto c = std::make_unique<connection>(l.ctx, quick(server.url()));
    REQUIRE(l.connected(*c));
    const auto s = c->subscribe("a", "", [&](message) { c.reset(); });
    for (int i = 0; i < 10; ++i)
        c->publish("a", "x");
    CHECK(l.until([&] { return !c; }));

    c = std::make_unique<connection>(l.ctx, quick(server.url()));
    c->on_connected([&] { c.reset(); });
    CHECK(l.until([&] { return !c; }));
}

TEST_CASE("a request ends with its connection") {
    support::nats_server server;
    loop l;
    auto c = std::make_unique<connection>(l.ctx, quick(server.url()));
    REQUIRE(l.connected(*c));
    const auto silent = c->subscribe("silent", "", [&](message) { c.reset(); });
    CHECK(l.run(c->request("silent", "", {}, 60s)).error() == errc::disconnected);
}

TEST_CASE("a cancelled request releases its inbox") {
    support::nats_server server;
    loop l;
    connection c(l.ctx, quick(server.url()));
    REQUIRE(l.connected(c));
    const auto silent = c.subscribe("silent", "", [](message) {});
    runtime::asio::cancellation_signal stop;
    std::exception_ptr failure;
    bool ended = false;
    runtime::asio::co_spawn(l.ctx, c.request("silent", "", {}, 60s),
                            runtime::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e, auto) {
                                failure = e;
                                ended = true;
                            }));
    l.flush(c);
    stop.emit(runtime::asio::cancellation_type::terminal);
    REQUIRE(l.until([&] { return ended; }));
    CHECK_THROWS_AS(std::rethrow_exception(failure), boost::system::system_error);
}

TEST_CASE("messages outlive their connection") {
    support::nats_server server;
    loop l;
    message kept;
    {
        connection c(l.ctx, quick(server.url()));
        const auto s = c.subscribe("a", "", [&](message m) { kept = std::move(m); });
        REQUIRE(l.connected(c));
        c.publish("a", "still here");
        REQUIRE(l.until([&] { return static_cast<bool>(kept); }));
    }
    CHECK(kept.payload() == "still here");
}

}  // namespace tidings::bus
