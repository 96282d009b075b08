// Connections taken over from HTTP, as for WebSocket.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>

#include "http/message/problem.hpp"
#include "http/server/taken_connection.hpp"
#include "server_fixture.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings;
using namespace tidings::http_test;
namespace asio = runtime::asio;

namespace {

struct echo_protocol {
    bool& said_goodbye;

    runtime::task<> operator()(http::taken_connection& c) const {
        auto text = std::move(c.received);
        for (;;) {
            if (!text.empty()) co_await asio::async_write(c.socket, asio::buffer(text), runtime::use_task);
            if (text.ends_with("bye")) co_return;
            if (text == "fail") throw std::runtime_error("the protocol failed");
            text.resize(100);
            const auto [failure, n] =
                co_await c.socket.async_read_some(asio::buffer(text), asio::as_tuple(runtime::use_task));
            if (failure) break;
            text.resize(n);
        }
        co_await asio::this_coro::reset_cancellation_state();
        co_await asio::async_write(c.socket, asio::buffer("goodbye", 7), asio::as_tuple(runtime::use_task));
        said_goodbye = true;
    }
};

// GET /echo-protocol upgrades to a protocol that echoes what it receives.
struct upgrading {
    bool said_goodbye = false;
    running_server server{loopback(), [this](http::router& r) {
                              r.add(http::method::get, "/echo-protocol",
                                    [this](http::request& q) { return upgrade(q, said_goodbye); });
                          }};

    static runtime::task<http::response> upgrade(http::request& q, bool& said_goodbye) {
        if (q.header("upgrade") != "echo") co_return http::problem(426, "this speaks only the protocol echo");
        http::takeover t;
        t.status = 101;
        t.headers = {{"Upgrade", "echo"}, {"Connection", "Upgrade"}};
        t.run = echo_protocol{said_goodbye};
        co_return t;
    }
};

const std::string request = get("/echo-protocol", "Upgrade: echo\r\nConnection: Upgrade\r\n");

}  // namespace

TEST_CASE("a handler takes over the connection, with bytes already read") {
    upgrading world;
    client c(world.server.port());
    c.send(request + "early");
    auto answer = c.receive(true);
    CHECK(answer.status == 101);
    CHECK(answer.headers["upgrade"] == "echo");
    CHECK(answer.headers["connection"] == "Upgrade");
    CHECK(answer.headers.count("content-length") == 0);
    c.send(" and late, bye");
    CHECK(c.rest() == "early and late, bye");
    REQUIRE(support::eventually([&] { return world.server.connections() == 0; }));
    CHECK(world.server.served().front().status == 101);
    CHECK(world.server.failures().empty());
}

TEST_CASE("a connection that was taken over has no HTTP deadline") {
    auto options = loopback();
    options.idle_timeout = options.handler_timeout = options.write_timeout = options.header_timeout = 50ms;
    bool said_goodbye = false;
    running_server server(options, [&](http::router& r) {
        r.add(http::method::get, "/echo-protocol",
              [&](http::request& q) { return upgrading::upgrade(q, said_goodbye); });
    });
    client c(server.port());
    REQUIRE((c.send(request), c.receive(true).status) == 101);
    client idle(server.port());
    CHECK(idle.closed());  // the server's deadlines expire meanwhile
    c.send("still here, bye");
    CHECK(c.rest() == "still here, bye");
}

TEST_CASE("a handler that rejects the upgrade responds as usual") {
    upgrading world;
    client c(world.server.port());
    CHECK(c.call(get("/echo-protocol")).status == 426);
    CHECK(c.call(get("/echo")).status == 200);
}

TEST_CASE("a failed protocol ends its connection and is reported") {
    upgrading world;
    client c(world.server.port());
    c.send(request + "fail");
    CHECK(c.receive(true).status == 101);
    CHECK(c.rest() == "fail");
    REQUIRE(support::eventually([&] { return world.server.connections() == 0; }));
    CHECK(world.server.failures() == std::vector<std::string>{"/echo-protocol: the protocol failed"});
}

TEST_CASE("a stopping server starts no other protocol") {
    upgrading world;
    client c(world.server.port());
    c.send(request.substr(0, request.size() - 2));
    REQUIRE(support::eventually([&] { return world.server.connections() == 1; }));
    world.server.begin_stop(5s);
    c.send("\r\n");
    CHECK(c.receive().status == 503);
    REQUIRE(support::eventually([&] { return world.server.stopped().has_value(); }));
    CHECK(world.server.failures().empty());
}

TEST_CASE("a stopping server lets a protocol finish") {
    upgrading world;
    client c(world.server.port());
    c.send(request);
    CHECK(c.receive(true).status == 101);
    world.server.begin_stop(5s);
    CHECK(c.rest() == "goodbye");
    REQUIRE(support::eventually([&] { return world.server.stopped().has_value(); }));
    CHECK(world.server.stopped() < 4s);
    CHECK(world.said_goodbye);
    CHECK(world.server.failures().empty());
}
