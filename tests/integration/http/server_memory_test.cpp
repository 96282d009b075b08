// The memory budget of requests in flight.
#include "server_fixture.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings;
using namespace tidings::http_test;

namespace {

http::server_options budget_of(std::size_t bytes) {
    auto options = loopback();
    options.body_budget = bytes;
    return options;
}

// All but the last byte.
std::string unfinished(const std::string& request) { return request.substr(0, request.size() - 1); }

// Clients whose requests lack the last byte.
std::vector<std::unique_ptr<client>> waiting_clients(const running_server& server, std::size_t n,
                                                     const std::string& request) {
    std::vector<std::unique_ptr<client>> all;
    for (std::size_t i = 0; i < n; ++i) {
        all.push_back(std::make_unique<client>(server.port()));
        all.back()->send(unfinished(request));
    }
    return all;
}

}  // namespace

TEST_CASE("bodies beyond what all of them may hold are answered 503, and those before them are served") {
    running_server server(budget_of(256 * 1024));
    const auto body = std::string(60'000, 'x');
    const auto request = GENERATE_COPY(
        post("/echo", body),
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nEA60\r\n" + body + "\r\n0\r\n\r\n");
    auto clients = waiting_clients(server, 12, request);
    // Rejected ones have their responses once only the others are left.
    REQUIRE(support::eventually([&] { return server.served().size() >= 12 - 4; }));
    for (const auto& s : server.served())
        CHECK(s.status == 503);
    CHECK(client(server.port()).call(get("/echo")).status == 200);
    CHECK(client(server.port()).call(get("/readyz")).status == 200);
    auto refused = client(server.port()).call(request);
    CHECK(refused.status == 503);
    CHECK(refused.headers["retry-after"] == "1");
    CHECK(refused.headers["content-type"] == "application/problem+json");
    std::size_t served = 0;
    for (auto& c : clients) {
        c->send(request.substr(request.size() - 1));
        served += c->receive().status == 200 ? 1 : 0;
    }
    CHECK(served >= 2);
    clients.clear();
    CHECK(support::eventually([&] { return client(server.port()).call(request).status == 200; }));
}

TEST_CASE("heads that have not ended share the same room") {
    running_server server(budget_of(128 * 1024));
    const auto request = get("/echo", "X: " + std::string(15'000, 'x') + "\r\n");
    const auto clients = waiting_clients(server, 20, request);
    REQUIRE(support::eventually([&] { return server.served().size() >= 20 - 8; }));
    CHECK(server.served().front().status == 503);
    CHECK(client(server.port()).call(get("/echo")).status == 200);
}

TEST_CASE("bodies held by handlers count until the response") {
    running_server server(budget_of(100 * 1024));
    client slow(server.port());
    slow.send("GET /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" + std::string(60'000, 'x'));
    REQUIRE(support::eventually([&] { return server.waiting() == 1; }));
    CHECK(client(server.port()).call(post("/echo", std::string(60'000, 'y'))).status == 503);
    server.release();
    CHECK(slow.receive().status == 200);
    CHECK(client(server.port()).call(post("/echo", std::string(60'000, 'y'))).status == 200);
}

TEST_CASE("finished bodies on kept-alive connections do not count") {
    running_server server(budget_of(75'000));
    std::vector<std::unique_ptr<client>> kept;
    for (int i = 0; i < 20; ++i) {
        kept.push_back(std::make_unique<client>(server.port()));
        CHECK(kept.back()->call(post("/echo", std::string(4'096, 'x'))).status == 200);
    }
    for (auto& c : kept)
        CHECK(c->call(get("/readyz")).status == 200);
}

TEST_CASE("clients that disconnect in mid-body release their share of the budget") {
    running_server server(budget_of(256 * 1024));
    const auto request = post("/echo", std::string(60'000, 'x'));
    for (int round = 0; round < 5; ++round) {
        waiting_clients(server, 6, request);
        REQUIRE(support::eventually([&] { return server.connections() == 0; }));
        CHECK(client(server.port()).call(request).status == 200);
    }
}
