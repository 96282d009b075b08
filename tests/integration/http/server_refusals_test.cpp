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

TEST_CASE("a bad request is refused with a problem, its connection ends, and the server goes on") {
    running_server server;
    const auto [bytes, status] = GENERATE(values<row>({
        {"nonsense\r\n\r\n", 400},
        {"GET / HTTP/3.1\r\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {get("/", "broken header\r\n"), 400},
        {get("/", "X: " + std::string(20'000, 'x') + "\r\n"), 431},
        {get("/" + std::string(20'000, 'x')), 431},
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

TEST_CASE("a malformed target is refused, and the connection goes on") {
    running_server server;
    client c(server.port());
    const auto target = GENERATE("/echo%", "/echo%zz", "/%00", "/echo?a=%ff", "nothing", "*");
    CHECK(c.call(get(target)).status == 400);
    CHECK(c.call(get("/echo")).status == 200);
}

TEST_CASE("what follows a refused request is not served") {
    running_server server;
    client c(server.port());
    c.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
           get("/echo"));
    CHECK(c.receive().status == 400);
    CHECK(c.closed());
    CHECK(server.served().size() == 1);
}

TEST_CASE("a client that leaves in the middle of a request is no request") {
    running_server server;
    { client(server.port()).send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"); }
    CHECK(support::eventually([&] { return server.connections() == 0; }));
    CHECK(server.served().empty());
}
