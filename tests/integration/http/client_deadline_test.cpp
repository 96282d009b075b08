#include "client_caller.hpp"
#include "client_full_backlog.hpp"
#include "client_peer.hpp"
#include "support/catch.hpp"

using namespace tidings::test;
using tidings::http::transport_error;

namespace {

void check_timeout(const kept_reply& r, std::chrono::milliseconds deadline) {
    CHECK(r.error == transport_error::timeout);
    CHECK(r.took >= deadline);
    CHECK(r.took < deadline + 2s);  // it fires 10 ms late; the machine may be busy
    CHECK_FALSE(r.reason.empty());
}

}  // namespace

TEST_CASE("a peer that never responds times out") {
    peer p([](peer_connection& c, int) { c.until_closed(); });
    caller client(p.url());
    check_timeout(client.ask(a_post, 150ms), 150ms);
    CHECK(client.origin->in_flight() == 0);
}

TEST_CASE("a response that drips in times out") {
    peer p([](peer_connection& c, int) {
        c.read_request();
        for (const char byte : "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n") {
            if (!c.send(std::string(1, byte))) return;
            std::this_thread::sleep_for(50ms);
        }
    });
    caller client(p.url());
    check_timeout(client.ask(a_post, 200ms), 200ms);
}

TEST_CASE("a peer that does not read times out") {
    peer p([](peer_connection& c, int number) {
        if (number == 1) c.read_request();
        if (number == 1) c.send(ok_response);
        std::this_thread::sleep_for(400ms);
    });
    caller client(p.url());
    REQUIRE(client.ask().status == 200);
    const std::string huge =
        "POST / HTTP/1.1\r\nHost: peer\r\nContent-Length: 30000000\r\n\r\n" + std::string(30'000'000, 'x');
    check_timeout(client.ask(huge, 150ms), 150ms);
}

TEST_CASE("a peer with a full backlog times out") {
    full_backlog full;
    caller client("http://127.0.0.1:" + std::to_string(full.where().port()));
    check_timeout(client.ask(a_post, 150ms), 150ms);
}

TEST_CASE("a stalled TLS handshake times out") {
    peer p([](peer_connection& c, int) { c.until_closed(); });
    caller client("https://127.0.0.1:" + std::to_string(p.port()));
    check_timeout(client.ask(a_post, 150ms), 150ms);
}

TEST_CASE("each send has its own deadline") {
    peer p([&p](peer_connection& c, int) {
        c.read_request();
        p.count_request();
        c.until_closed();
    });
    caller client(p.url());
    std::vector<int> order;
    client.origin->send(a_post, 300ms, [&](const tidings::http::reply&) { order.push_back(300); });
    client.origin->send(a_post, 100ms, [&](const tidings::http::reply&) { order.push_back(100); });
    client.origin->send(a_post, 200ms, [&](const tidings::http::reply&) { order.push_back(200); });
    REQUIRE(client.run_until([&] { return order.size() == 3; }));
    CHECK(order == std::vector{100, 200, 300});
}
