#include "server_fixture.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings;
using namespace tidings::http_test;

TEST_CASE("stop closes idle connections and accepts no new ones") {
    running_server server;
    client idle(server.port());
    CHECK(idle.call(get("/echo")).status == 200);
    server.begin_stop(10s);
    CHECK(idle.closed());
    REQUIRE(support::eventually([&] { return server.stopped().has_value(); }));
    CHECK(*server.stopped() < 5s);
    CHECK_THROWS(client(server.port()));
}

TEST_CASE("a request just after stop on a kept-alive connection is served as its last") {
    running_server server;
    client kept(server.port());
    CHECK(kept.call(get("/echo")).status == 200);
    server.begin_stop(10s);
    auto last = kept.call(get("/echo"));
    CHECK(last.status == 200);
    CHECK(last.headers["connection"] == "close");
    CHECK(kept.closed());
    CHECK(support::eventually([&] { return server.stopped().has_value(); }));
}

TEST_CASE("stop completes requests in flight with Connection: close") {
    running_server server;
    client slow(server.port()), sending(server.port());
    slow.send(get("/slow"));
    sending.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo");
    REQUIRE(support::eventually([&] { return server.waiting() == 1; }));
    REQUIRE(support::eventually([&] { return server.connections() == 2; }));
    server.begin_stop(10s);
    sending.send("dy");
    auto sent = sending.receive();
    CHECK(sent.body == "POST|/echo|||body");
    CHECK(sent.headers["connection"] == "close");
    CHECK_FALSE(server.stopped().has_value());
    server.release();
    auto answer = slow.receive();
    CHECK(answer.body == "\"released\"");
    CHECK(answer.headers["connection"] == "close");
    CHECK(slow.closed());
    CHECK(support::eventually([&] { return server.stopped().has_value(); }));
}

TEST_CASE("stop ends within its timeout, whatever a handler does") {
    running_server server;
    client stuck(server.port());
    stuck.send(get("/stuck"));
    REQUIRE(support::eventually([&] { return server.waiting() == 1; }));
    server.begin_stop(300ms);
    CHECK(stuck.closed());
    REQUIRE(support::eventually([&] { return server.stopped().has_value(); }));
    CHECK(*server.stopped() >= 300ms);
    CHECK(*server.stopped() < 3s);
    CHECK(server.connections() == 0);
}

TEST_CASE("stop ends a streamed response that is waiting") {
    running_server server;
    client c(server.port());
    CHECK(c.call(get("/waits")).status == 200);
    REQUIRE(support::eventually([&] { return server.waiting() == 1; }));
    server.begin_stop(10s);
    CHECK(support::eventually([&] { return server.stopped().has_value(); }));
    CHECK(*server.stopped() < 5s);
    CHECK(c.rest() == "5\r\nfirst\r\n");
}

TEST_CASE("a server may be destroyed with requests in flight") {
    std::optional<client> stuck, streaming, reading;
    {
        running_server server;
        stuck.emplace(server.port()).send(get("/stuck"));
        streaming.emplace(server.port()).send(get("/waits"));
        reading.emplace(server.port()).send("GET ");
        REQUIRE(support::eventually([&] { return server.waiting() == 2; }));
    }
    CHECK(stuck->closed());
}
