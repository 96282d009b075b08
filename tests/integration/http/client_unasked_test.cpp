// What a peer sends without having been asked is never taken for an answer.
#include <atomic>
#include <thread>

#include "client_caller.hpp"
#include "client_peer.hpp"
#include "support/catch.hpp"

using namespace tidings::test;
using tidings::http::transport_error;

TEST_CASE("unsolicited bytes are never taken for the next response") {
    // Each connection answers its first request twice, the second time with an error: together, or after the
    // first answer has been read.
    const bool later = GENERATE(false, true);
    std::atomic<bool> say_more = false;
    std::atomic<bool> said = false;
    peer p([&](peer_connection& c, int number) {
        c.read_request();
        const std::string refusal = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n";
        if (number > 1) {
            c.send(ok_response);
        } else if (later) {
            c.send(ok_response);
            while (!say_more)
                std::this_thread::yield();
            c.send(refusal);
            said = true;
        } else {
            c.send(ok_response + refusal);
        }
        c.until_closed();
    });
    caller client(p.url());
    CHECK(client.ask().status == 200);
    say_more = true;
    // The loop does not run meanwhile, so that only a check of the socket can tell.
    while (later && !said)
        std::this_thread::yield();
    CHECK(client.ask().status == 200);
    CHECK(p.accepted() == 2);
    // Such a peer may do so again at any time.
    CHECK(client.ask().status == 200);
    CHECK(p.accepted() == 3);
}

TEST_CASE("a peer that explains closing an idle connection stays trusted") {
    std::atomic<bool> said = false;
    peer p([&](peer_connection& c, int number) {
        while (!c.read_request().empty()) {
            c.send(ok_response);
            if (number > 1) continue;
            c.send("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
            said = true;
            return c.close();
        }
    });
    caller client(p.url());
    CHECK(client.ask().status == 200);
    while (!said)
        std::this_thread::yield();
    for (int i = 0; i < 3; ++i)
        CHECK(client.ask().status == 200);
    CHECK(p.accepted() <= 3);
}

TEST_CASE("what comes on an idle connection never answers the next request, whenever it is read") {
    std::atomic<int> said = 0;
    peer p([&](peer_connection& c, int) {
        c.read_request();
        c.send(ok_response);
        c.send("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
        ++said;
        c.until_closed();
    });
    caller client(p.url());
    constexpr int rounds = 2000;
    int answered = 0;
    for (int i = 0; i < rounds; ++i) {
        answered += client.ask().status == 200 ? 1 : 0;
        while (said < p.accepted())
            std::this_thread::yield();
    }
    CHECK(answered == rounds);
    CHECK(p.accepted() == rounds);
}

TEST_CASE("a late body of a response without one never harms the next exchange") {
    struct row {
        const char* head;
        const char* late;
    };
    const auto r =
        GENERATE(row{"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", "0\r\n\r\n"},
                 row{"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "hello"},
                 row{"HTTP/1.1 204 No Content\r\n\r\n", "0\r\n\r\n"}, row{"HTTP/1.1 204 No Content\r\n\r\n", "<html>"},
                 row{"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "hello"},
                 row{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "hello"});
    CAPTURE(r.head, r.late);
    // The late bytes arrive with the next request, the worst moment: nothing shows before it has been sent.
    peer p([r](peer_connection& c, int) {
        if (c.read_request().empty()) return;
        c.send(r.head);
        if (!c.read_request().empty()) c.send(r.late);
        c.until_closed();
    });
    caller client(p.url());
    for (int i = 0; i < 4; ++i) {
        const auto answer = client.ask();
        CAPTURE(answer.reason);
        CHECK(answer.error == transport_error::none);
    }
    CHECK(p.accepted() == 4);
}
