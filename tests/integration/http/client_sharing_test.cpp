// Senders to one origin share its connections, and what they send may be shared as well.
#include <mutex>

#include "client_caller.hpp"
#include "client_peer.hpp"
#include "http/client/pool.hpp"
#include "support/catch.hpp"

using namespace tidings::test;
using tidings::http::origin;
using tidings::http::reply;
using tidings::http::request_bytes;
using tidings::http::transport_error;

namespace {

std::unique_ptr<origin> another(caller& client, const std::string& url, std::size_t connections = 32) {
    auto options = local_options();
    options.connections = connections;
    return std::make_unique<origin>(client.ctx, tidings::http::parse_url(url).value(), options);
}

unsigned status_of_a_post(caller& client, origin& o) {
    unsigned status = 0;
    bool answered = false;
    o.send(a_post, 10s, [&](const reply& r) {
        status = r.status;
        answered = true;
    });
    REQUIRE(client.run_until([&] { return answered; }));
    return status;
}

}  // namespace

TEST_CASE("a hundred senders to one origin take turns on one connection") {
    peer p(answering());
    caller client(p.url());
    std::vector<std::unique_ptr<origin>> origins;
    for (int i = 0; i < 100; ++i)
        origins.push_back(another(client, p.url()));
    for (const auto& o : origins)
        CHECK(status_of_a_post(client, *o) == 200);
    CHECK(p.accepted() == 1);
}

TEST_CASE("settings that make a difference to a connection are not shared") {
    peer p(answering());
    caller client(p.url());
    CHECK(client.ask().status == 200);
    auto options = local_options();
    options.verify_tls = false;
    origin o(client.ctx, tidings::http::parse_url(p.url()).value(), options);
    CHECK(status_of_a_post(client, o) == 200);
    CHECK(p.accepted() == 2);
}

TEST_CASE("each sender has its own limit, and cancels what is its own") {
    peer p([&p](peer_connection& c, int) {
        if (!c.read_request().empty()) p.count_request();
        c.until_closed();
    });
    caller client(p.url());
    const auto other = another(client, p.url(), 2);
    int ours = 0, others = 0;
    for (int i = 0; i < 3; ++i)
        client.origin->send(a_post, 60s, [&](const reply& r) { ours += r.error == transport_error::cancelled; });
    for (int i = 0; i < 2; ++i)
        other->send(a_post, 60s, [&](const reply& r) { others += r.error == transport_error::cancelled; });
    CHECK(client.origin->in_flight() == 3);
    CHECK(other->in_flight() == other->capacity());
    REQUIRE(client.run_until([&] { return p.requests() == 5; }));
    client.origin.reset();
    CHECK(ours == 3);
    CHECK(others == 0);
    CHECK(other->in_flight() == 2);
    other->cancel();
    CHECK(others == 2);
    CHECK(other->in_flight() == 0);
}

TEST_CASE("connections stay for the others when a sender goes, and are closed with the last") {
    std::atomic<int> closed = 0;
    peer p([&closed](peer_connection& c, int) {
        while (!c.read_request().empty())
            c.send(ok_response);
        ++closed;
    });
    caller client(p.url());
    auto other = another(client, p.url());
    CHECK(client.ask().status == 200);
    CHECK(status_of_a_post(client, *other) == 200);
    client.origin.reset();
    CHECK(status_of_a_post(client, *other) == 200);
    CHECK(closed == 0);
    CHECK(p.accepted() == 1);
    other.reset();
    CHECK(client.run_until([&] { return closed == 1; }));
}

TEST_CASE("a pool ends when it has not been used for a while") {
    peer p(answering());
    boost::asio::io_context ctx{1};
    auto pool = std::make_shared<tidings::http::client::pool>(ctx.get_executor(), local_key(p.url()), 80ms);
    bool ended = false;
    pool->live([&] { ended = true; });
    pool->join();
    std::weak_ptr<tidings::http::client::pool> seen = pool;
    unsigned status = 0;
    pool->send(a_post, 10s, 1024, [&](const reply& r) { status = r.status; });
    pool.reset();
    CHECK_FALSE(seen.expired());
    ctx.run();
    CHECK(status == 200);
    CHECK(ended);
    CHECK(seen.expired());
}

TEST_CASE("a request in two pieces arrives byte for byte, whatever the socket takes at a time") {
    std::mutex m;
    std::vector<std::string> received;
    peer p([&](peer_connection& c, int) {
        for (std::string r; !(r = c.read_request()).empty(); c.send(ok_response)) {
            const std::lock_guard hold(m);
            received.push_back(r);
        }
    });
    caller client(p.url());
    for (const std::size_t size : {0U, 1U, 300U, 8'000'000U}) {
        std::string body(size, '\0');
        for (std::size_t i = 0; i < size; ++i)
            body[i] = static_cast<char>('a' + i * 7 % 26);
        const auto head = "POST / HTTP/1.1\r\nHost: peer\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
        bool answered = false;
        client.origin->send({head, body}, 20s, [&](const reply& r) { answered = r.status == 200; });
        REQUIRE(client.run_until([&] { return answered; }));
        const std::lock_guard hold(m);
        CHECK_FALSE(received.back() != head + body);
    }
}
