#include <regex>

#include "http/server/health_routes.hpp"
#include "server_fixture.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings;
using namespace tidings::http_test;

TEST_CASE("a handler gets the decoded request") {
    running_server server;
    const auto answer = support::http_call(
        "POST", "http://127.0.0.1:" + std::to_string(server.port()) + "/base/echo?x=a%20b&y=1+2", "hello");
    CHECK(answer.status == 200);
    CHECK(answer.body == "POST|/echo|x=a b;y=1 2;||hello");
    CHECK(answer.header("x-peer").starts_with("127.0.0.1:"));
    CHECK(answer.header("content-type") == "text/plain");
    CHECK(client(server.port()).call(get("/echo/%C3%A9/a%2Fb")).body == "GET|/echo/\xC3\xA9/a/b||a=\xC3\xA9;b=a/b;|");
}

TEST_CASE("every response has the request id, the date and nosniff") {
    running_server server;
    client c(server.port());
    const auto target = GENERATE("/echo", "/prepared", "/empty", "/pieces/0", "/none", "/fails");
    CAPTURE(target);
    c.send(get(target, "X-Request-Id: mine-1\r\n"));
    auto answer = c.receive();
    CHECK(answer.headers["x-request-id"] == "mine-1");
    CHECK(answer.headers["x-content-type-options"] == "nosniff");
    const std::regex imf_date("(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT");
    CHECK(std::regex_match(answer.headers["date"], imf_date));
    CHECK(client(server.port()).call(get(target, "X-Request-Id: not an id\r\n")).headers["x-request-id"].size() == 16);
}

TEST_CASE("a connection serves many requests, pipelined or not") {
    running_server server;
    client c(server.port());
    for (int i = 0; i < 3; ++i)
        CHECK(c.call(post("/echo", std::to_string(i))).body == "POST|/echo|||" + std::to_string(i));
    std::string burst;
    for (int i = 0; i < 200; ++i)
        burst += i % 2 == 0 ? post("/echo", std::to_string(i)) : get("/prepared");
    c.send(burst);
    for (int i = 0; i < 200; ++i) {
        const auto answer = c.receive();
        REQUIRE(answer.body == (i % 2 == 0 ? "POST|/echo|||" + std::to_string(i) : R"({"ready":true})"));
    }
    CHECK(server.connections() == 1);
}

TEST_CASE("a request may arrive byte by byte, and after an empty line") {
    running_server server;
    client c(server.port());
    for (int round = 0; round < 2; ++round) {
        for (const char byte : "\r\n" + post("/echo", "slowly"))
            c.send({byte});
        CHECK(c.receive().body == "POST|/echo|||slowly");
    }
}

TEST_CASE("HEAD is served like GET without the body") {
    running_server server;
    client c(server.port());
    const auto target = GENERATE("/echo", "/prepared");
    auto with = c.call(get(target));
    c.send("HEAD" + get(target).substr(3));
    auto without = c.receive(true);
    CHECK(without.status == 200);
    CHECK(without.headers["content-type"] == with.headers["content-type"]);
    CHECK(without.headers["content-length"] == (std::string(target) == "/echo" ? "13" : "14"));
    CHECK(c.call(get("/empty")).status == 204);
}

TEST_CASE("unknown paths, wrong methods and OPTIONS get different responses") {
    running_server server;
    client c(server.port());
    CHECK(c.call(get("/none")).status == 404);
    auto wrong = c.call(post("/empty", "x"));
    CHECK(wrong.status == 405);
    CHECK(wrong.headers["allow"] == "GET, HEAD, OPTIONS");
    CHECK(wrong.headers["content-type"] == "application/problem+json");
    auto options = c.call("OPTIONS /empty HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(options.status == 204);
    CHECK(options.headers["allow"] == "GET, HEAD, OPTIONS");
    CHECK_FALSE(options.headers.contains("content-length"));
    CHECK(c.call("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status == 204);
    CHECK(c.call("OPTIONS /none HTTP/1.1\r\nHost: a\r\n\r\n").status == 404);
    CHECK(c.call("BREW /echo HTTP/1.1\r\nHost: a\r\n\r\n").status == 501);
}

TEST_CASE("a client may ask to close, and HTTP/1.0 closes by default") {
    running_server server;
    const auto target = GENERATE("/echo", "/prepared");
    client closing(server.port());
    CHECK(closing.call(get(target, "Connection: close\r\n")).headers["connection"] == "close");
    CHECK(closing.closed());
    client old(server.port());
    CHECK(old.call("GET " + std::string(target) + " HTTP/1.0\r\n\r\n").headers["connection"] == "close");
    CHECK(old.closed());
    client kept(server.port());
    for (int i = 0; i < 2; ++i) {
        auto answer = kept.call("GET " + std::string(target) + " HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        CHECK(answer.headers["connection"] == "keep-alive");
    }
}

TEST_CASE("a client that expects 100-continue gets 100 Continue") {
    running_server server;
    client c(server.port());
    CHECK(c.call("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n").status == 100);
    CHECK(c.call("body").body == "POST|/echo|||body");
    const auto at_once = c.call(post("/echo", "body", "Expect: 100-continue\r\n"));
    CHECK(at_once.status == 200);
}

TEST_CASE("a large body arrives complete") {
    running_server server;
    client c(server.port());
    CHECK(c.call(get("/large")).body.size() == 8 * 1024 * 1024);
    CHECK(c.call(get("/echo")).status == 200);
}

TEST_CASE("a streamed response is chunked, for HTTP/1.0 it ends with the connection") {
    running_server server;
    client c(server.port());
    CHECK(c.call(get("/pieces/2")).headers["transfer-encoding"] == "chunked");
    c.send(get("/empty", "Connection: close\r\n"));
    CHECK(c.rest().starts_with("6\r\npiece\n\r\n6\r\npiece\n\r\n0\r\n\r\nHTTP/1.1 204"));
    client old(server.port());
    CHECK_FALSE(
        old.call("GET /pieces/2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").headers.contains("transfer-encoding"));
    CHECK(old.rest() == "piece\npiece\n");
}

TEST_CASE("a streamed response that fails is cut off, not terminated") {
    running_server server;
    client c(server.port());
    CHECK(c.call(get("/pieces/-1")).status == 200);
    CHECK(c.rest().empty());
    CHECK(server.failures() == std::vector<std::string>{"/pieces/-1: no more pieces"});
}

TEST_CASE("a client that disconnects ends its streamed response") {
    running_server server;
    {
        client c(server.port());
        CHECK(c.call(get("/waits")).status == 200);
        REQUIRE(support::eventually([&] { return server.waiting() == 1; }));
    }
    CHECK(support::eventually([&] { return server.connections() == 0; }));
}

TEST_CASE("a handler that throws gives 500 without the reason, which goes to the hook") {
    running_server server;
    client c(server.port());
    const auto answer = c.call(get("/fails"));
    CHECK(answer.status == 500);
    CHECK(answer.body.find("secret") == std::string::npos);
    CHECK(c.call(get("/fails-oddly")).status == 500);
    CHECK(c.call(get("/echo")).status == 200);
    REQUIRE(server.failures().size() == 2);
    CHECK(server.failures()[0] == "/fails: the secret reason");
}

TEST_CASE("a handler may cut the connection without a response") {
    running_server server;
    client c(server.port());
    c.send(get("/silent"));
    CHECK(c.closed());
    CHECK(client(server.port()).call(get("/echo")).status == 200);
}

TEST_CASE("the observer sees every response with its route") {
    running_server server;
    client c(server.port());
    c.call(get("/echo/1/2", "X-Request-Id: r\r\n"));
    c.call(get("/none"));
    c.call("nonsense\r\n\r\n");
    REQUIRE(support::eventually([&] { return server.served().size() == 3; }));
    const auto all = server.served();
    CHECK(all[0].method == "GET");
    CHECK(all[0].path == "/echo/1/2");
    CHECK(all[0].pattern == "/echo/{a}/{b}");
    CHECK(all[0].id == "r");
    CHECK(all[0].status == 200);
    CHECK(all[1].pattern.empty());
    CHECK(all[1].status == 404);
    CHECK(all[2].status == 400);
}

TEST_CASE("liveness is not readiness") {
    runtime::asio::io_context ctx;
    http::router routes;
    bool ready = false;
    http::add_health_routes(routes, [&] { return ready; }, [] { return "[+]postgresql ok\n"; }, {"/be-health"});
    http::server server(ctx, loopback(), std::move(routes));
    std::thread loop([&] { ctx.run(); });
    client c(server.port());
    for (const auto* path : {"/livez", "/healthz", "/health/live"})
        CHECK(c.call(get(path)).status == 200);
    for (const auto* path : {"/readyz", "/health", "/be-health"})
        CHECK(c.call(get(path)).status == 503);
    CHECK(c.call(get("/readyz?verbose")).body == "[+]postgresql ok\n");
    CHECK(c.call(get("/be-health?verbose")).body == "not ready\n");  // gateways lead there: anybody may ask
    ctx.stop();
    loop.join();
}
