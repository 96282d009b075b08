#include "server_fixture.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings;
using namespace tidings::http_test;

namespace {

struct row {
    std::string bytes;
    int status;
};

}  // namespace

TEST_CASE("a bad request gets a problem and ends its connection, not the server") {
    running_server server;
    const auto [bytes, status] = GENERATE(values<row>({
        {"nonsense\r\n\r\n", 400},
        {"GET / HTTP/3.1\r\nHost: a\r\n\r\n", 505},
        {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
        {get("/", "X: a\r\n b\r\n"), 400},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {get("/", "broken header\r\n"), 400},
        {get("/", "X: " + std::string(20'000, 'x') + "\r\n"), 431},
        {get("/" + std::string(20'000, 'x')), 414},
        {post("/echo", "abc", "Content-Length: 5\r\n"), 400},
        {post("/echo", "abc", "Transfer-Encoding: chunked\r\n"), 400},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n", 413},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\nExpect: 100-continue\r\n\r\n", 413},
        {post("/echo", std::string(300'000, 'x')), 413},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10000\r\n" + std::string(65536, 'x') +
             "\r\n1\r\n",
         413},
        {post("/echo", "x", "Expect: more\r\n"), 417},
    }));
    CAPTURE(bytes.substr(0, 100));
    client c(server.port());
    c.send(bytes);
    auto answer = c.receive();
    CHECK(answer.status == status);
    CHECK(answer.headers["content-type"] == "application/problem+json");
    CHECK(answer.headers["connection"] == "close");
    CHECK(answer.headers["x-request-id"].size() == 16);
    CHECK(c.closed());
    CHECK(client(server.port()).call(get("/echo")).status == 200);
}

TEST_CASE("a malformed target is rejected, and the connection is kept") {
    running_server server;
    client c(server.port());
    const auto target =
        GENERATE("/echo%", "/echo%zz", "/%00", "/echo?a=%ff", "nothing", "*", "http:///echo", "http://u@a/echo");
    CHECK(c.call(get(target)).status == 400);
    CHECK(c.call(get("/echo")).status == 200);
}

TEST_CASE("requests after a rejected one are not served") {
    running_server server;
    client c(server.port());
    c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
           get("/echo"));
    CHECK(c.receive().status == 400);
    CHECK(c.closed());
    CHECK(server.served().size() == 1);
}

TEST_CASE("an incomplete request is not reported to the observer") {
    running_server server;
    {
        client(server.port()).send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    }
    CHECK(support::eventually([&] { return server.connections() == 0; }));
    CHECK(server.served().empty());
}

TEST_CASE("an unsupported method is rejected with the list of supported ones") {
    running_server server;
    client c(server.port());
    auto traced = c.call("TRACE /empty HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(traced.status == 405);
    CHECK(traced.headers["allow"] == "GET, HEAD, OPTIONS");
    auto connected = c.call("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");
    CHECK(connected.status == 405);
    CHECK(connected.headers["allow"].find("GET") != std::string::npos);
    CHECK(c.call("TRACE /nothing HTTP/1.1\r\nHost: a\r\n\r\n").status == 404);
    CHECK(c.call("BREW /empty HTTP/1.1\r\nHost: a\r\n\r\n").status == 501);
    CHECK(c.call(get("/echo")).status == 200);
}

TEST_CASE("no 100 Continue is sent for a rejected head") {
    running_server server;
    const auto [line, status] = GENERATE(values<row>({
        {"POST /nothing", 404},
        {"POST /empty", 405},
        {"BREW /echo", 501},
        {"POST /%zz", 400},
    }));
    client c(server.port());
    const auto answer = c.call(line + " HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    CHECK(answer.status == status);
    CHECK(c.closed());
}

TEST_CASE("a later minor version and an upper-case absolute target are served") {
    running_server server;
    client c(server.port());
    CHECK(c.call("GET /echo HTTP/1.2\r\nHost: a\r\n\r\n").status == 200);
    CHECK(c.call("GET HTTP://other:80/echo?a=1 HTTP/1.1\r\nHost: a\r\n\r\n").body == "GET|/echo|a=1;||");
}

TEST_CASE("without a token requests for foreign hosts are rejected, except health checks") {
    auto options = loopback();
    options.check_host = true;
    options.allowed_hosts = {"todo.example"};
    running_server server(options);
    client c(server.port());
    const auto status = [&c](const std::string& host, const std::string& target = "/echo") {
        return c.call("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status;
    };
    for (const auto* host : {"localhost:80", "127.0.0.1", "[::1]:1", "todo-app-be-svc", "todo.example:8080"})
        CHECK(status(host) == 200);
    for (const auto* host : {"evil.example", "evil.example:80", "todo.example.evil.example"})
        CHECK(status(host) == 421);
    CHECK(status("localhost", "http://evil.example/echo") == 421);
    CHECK(status("evil.example", "http://localhost/echo") == 200);
    CHECK(status("evil.example", "/nothing") == 421);
    CHECK(status("evil.example", "/livez") == 200);
    CHECK(status("evil.example", "/base/readyz") == 200);
    auto refused = c.call("POST /echo HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1\r\n\r\nx");
    CHECK(refused.status == 421);
    CHECK(refused.headers["content-type"] == "application/problem+json");
}
