#include <atomic>

#include "server_fixture.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings;
using namespace tidings::http_test;
using std::chrono::steady_clock;

namespace {

// Sends `byte` repeatedly until the server responds, for at most 10 s.
client::answer drip(client& c, const std::string& byte) {
    const auto until = steady_clock::now() + 10s;
    std::atomic<bool> done = false;
    std::thread dripping([&] {
        support::eventually([&] {
            c.send(byte);
            return done || steady_clock::now() > until;
        });
    });
    auto answer = c.receive();
    done = true;
    dripping.join();
    return answer;
}

}  // namespace

TEST_CASE("headers that drip in get 408 in time") {
    auto options = loopback();
    options.header_timeout = 300ms;
    running_server server(options);
    client c(server.port());
    c.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");
    auto answer = drip(c, "x");
    CHECK(answer.status == 408);
    CHECK(answer.headers["connection"] == "close");
    CHECK(c.closed());
}

TEST_CASE("a body that drips in gets 408 in time") {
    auto options = loopback();
    options.body_timeout = 300ms;
    running_server server(options);
    client c(server.port());
    c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
    CHECK(drip(c, "x").status == 408);
    client chunked(server.port());
    chunked.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    CHECK(drip(chunked, "1\r\nx\r\n").status == 408);
    client waiting(server.port());
    CHECK(waiting.call("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n").status ==
          100);
    CHECK(waiting.receive().status == 408);
}

TEST_CASE("an idle connection is closed silently, before and after a request") {
    auto options = loopback();
    options.idle_timeout = 200ms;
    running_server server(options);
    client fresh(server.port());
    CHECK(fresh.closed());
    client used(server.port());
    CHECK(used.call(get("/echo")).status == 200);
    CHECK(used.closed());
    CHECK(server.served().size() == 1);
}

TEST_CASE("a client that does not read is disconnected") {
    auto options = loopback();
    options.write_timeout = 300ms;
    running_server server(options);
    client c(server.port());
    CHECK(c.call(get("/echo")).status == 200);
    c.send(get("/large") + get("/large"));
    CHECK(support::eventually([&] { return server.connections() == 0; }));
    CHECK(c.rest().size() < 2 * 8 * 1024 * 1024);
}

TEST_CASE("a slow handler is cancelled, and its client gets 503") {
    auto options = loopback();
    options.handler_timeout = 200ms;
    running_server server(options);
    const auto target = GENERATE("/stuck", "/slow");
    client c(server.port());
    auto answer = c.call(get(target, "X-Request-Id: r\r\n"));
    CHECK(answer.status == 503);
    CHECK(answer.headers["retry-after"] == "1");
    CHECK(answer.headers["x-request-id"] == "r");
    CHECK(answer.headers["connection"] == "close");
    CHECK(c.closed());
    CHECK(support::eventually([&] { return server.connections() == 0; }));
    REQUIRE(server.served().size() == 1);
    CHECK(server.served()[0].status == 503);
    CHECK(server.failures().empty());
}

TEST_CASE("a slow handler does not block other connections") {
    running_server server;
    client slow(server.port());
    slow.send(get("/slow"));
    REQUIRE(support::eventually([&] { return server.waiting() == 1; }));
    CHECK(client(server.port()).call(get("/echo")).status == 200);
    server.release();
    CHECK(slow.receive().body == "\"released\"");
}
