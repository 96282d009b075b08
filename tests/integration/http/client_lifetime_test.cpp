#include "client_caller.hpp"
#include "client_peer.hpp"
#include "http/client/pool.hpp"
#include "support/catch.hpp"

using namespace tidings::test;
using tidings::http::origin;
using tidings::http::reply;
using tidings::http::transport_error;

namespace {

peer::script answering() {
    return [](peer_connection& c, int) {
        while (!c.read_request().empty())
            c.send(ok_response);
    };
}

}  // namespace

TEST_CASE("done is never called from within send") {
    caller client("http://127.0.0.1:1");
    bool called = false;
    client.origin->send(a_post, 5s, [&](const reply&) { called = true; });
    CHECK_FALSE(called);
    CHECK(client.origin->in_flight() == 1);
    CHECK(client.run_until([&] { return called; }));
}

TEST_CASE("cancel ends every send in flight, whatever it waits for") {
    peer p([&p](peer_connection& c, int) {
        if (!c.read_request().empty()) p.count_request();
        c.until_closed();
    });
    for (const char* scheme : {"http", "https"}) {
        caller client(scheme + std::string("://127.0.0.1:") + std::to_string(p.port()));
        std::vector<transport_error> ends;
        const auto note = [&](const reply& r) { ends.push_back(r.error); };
        client.origin->send(a_post, 60s, note);
        const auto so_far = p.accepted();
        REQUIRE(client.run_until([&] { return p.accepted() > so_far; }));
        client.origin->send(a_post, 60s, note);  // has not even looked for an address
        client.origin->cancel();
        CHECK(ends == std::vector(2, transport_error::cancelled));
        CHECK(client.origin->in_flight() == 0);
        CHECK(client.run_until([&] { return client.ctx.stopped() || client.ctx.poll() == 0; }));
    }
}

TEST_CASE("an origin works on after cancel") {
    peer p(answering());
    caller client(p.url());
    client.origin->send(a_post, 60s, [](const reply&) {});
    client.origin->cancel();
    CHECK(client.ask().status == 200);
}

TEST_CASE("the destructor answers what is in flight, at every stage") {
    peer p([&p](peer_connection& c, int) {
        if (!c.read_request().empty()) p.count_request();
        c.until_closed();
    });
    for (const auto steps : {0, 1, 2, 3, 4, 5, 6}) {
        for (const char* scheme : {"http", "https"}) {
            INFO(scheme << " after " << steps << " steps of the loop");
            caller client(scheme + std::string("://localhost:") + std::to_string(p.port()));
            int cancelled = 0;
            for (int i = 0; i < 3; ++i) {
                client.origin->send(a_post, 60s, [&](const reply& r) {
                    if (r.error == transport_error::cancelled) ++cancelled;
                });
            }
            for (int i = 0; i < steps; ++i)
                client.ctx.run_one_for(20ms);
            client.origin.reset();
            CHECK(cancelled == 3);
            client.ctx.restart();
            client.ctx.run_for(5s);  // ends by itself: nothing is left on the loop
            CHECK(client.ctx.stopped());
        }
    }
}

TEST_CASE("the loop may end before the origin") {
    peer p(answering());
    int answers = 0;
    auto ctx = std::make_unique<boost::asio::io_context>(1);
    auto o = std::make_unique<origin>(*ctx, tidings::http::parse_url(p.url()).value(), local_options());
    o->send(a_post, 60s, [&](const reply&) { ++answers; });
    ctx->run_one();
    o.reset();
    ctx.reset();
    CHECK(answers == 1);
}

TEST_CASE("done may destroy the origin") {
    peer p(answering());
    caller client(p.url());
    int answers = 0;
    client.origin->send(a_post, 60s, [&](const reply& r) {
        ++answers;
        client.origin.reset();
        CHECK(r.body == "ok");
    });
    CHECK(client.run_until([&] { return answers == 1; }));
    CHECK_FALSE(client.origin);
}

TEST_CASE("done may send again while the origin is being destroyed") {
    peer p(answering());
    caller client(p.url());
    int answers = 0;
    auto* o = &*client.origin;
    o->send(a_post, 60s, [&, o](const reply&) {
        ++answers;
        o->send(a_post, 60s, [&](const reply& r) { answers += r.error == transport_error::cancelled ? 1 : 0; });
    });
    client.origin.reset();
    CHECK(answers == 1);
    CHECK(client.run_until([&] { return answers == 2; }));
}

TEST_CASE("done may send again, on the connection that has just become free") {
    peer p(answering());
    auto options = local_options();
    options.connections = 1;
    caller client(p.url(), options);
    int left = 1000;
    std::string body_seen_after_sending;
    std::function<void(const reply&)> again = [&](const reply& r) {
        REQUIRE(r.status == 200);
        if (--left > 0) client.origin->send(a_post, 10s, [&](const reply& next) { again(next); });
        body_seen_after_sending = r.body;
    };
    client.origin->send(a_post, 10s, again);
    CHECK(client.run_until([&] { return left == 0; }));
    CHECK(body_seen_after_sending == "ok");
    CHECK(p.accepted() == 1);
}

TEST_CASE("every connection may be busy, and none beyond") {
    peer p([&p](peer_connection& c, int) {
        c.read_request();
        p.count_request();
        while (p.requests() < 8)
            std::this_thread::yield();
        c.send(ok_response);
        while (!c.read_request().empty())
            c.send(ok_response);
    });
    auto options = local_options();
    options.connections = 8;
    caller client(p.url(), options);
    int answers = 0;
    for (int i = 0; i < 8; ++i)
        client.origin->send(a_post, 10s, [&](const reply& r) { answers += r.status == 200 ? 1 : 0; });
    CHECK(client.origin->in_flight() == client.origin->capacity());
    REQUIRE(client.run_until([&] { return answers == 8; }));
    for (int i = 0; i < 20; ++i)
        CHECK(client.ask().status == 200);
    CHECK(p.accepted() == 8);
}

TEST_CASE("an idle connection that the peer closes is noticed without a request") {
    std::atomic<bool> close = false;
    peer p([&close](peer_connection& c, int number) {
        c.read_request();
        c.send(ok_response);
        if (number > 1) return c.until_closed();
        while (!close)
            std::this_thread::yield();
        c.close();
    });
    boost::asio::io_context ctx{1};
    const auto pool = std::make_shared<tidings::http::client::pool>(ctx.get_executor(), local_key(p.url()));
    int answers = 0;
    pool->send(a_post, 10s, 1024, [&](const reply&) { ++answers; });
    while (answers == 0)
        ctx.run_one();
    CHECK(pool->idle() == 1);
    close = true;
    while (pool->idle() == 1)
        ctx.run_one();
    pool->send(a_post, 10s, 1024, [&](const reply& r) { answers += r.status == 200 ? 1 : 0; });
    while (answers == 1)
        ctx.run_one();
    CHECK(p.accepted() == 2);
    pool->shut_down();
}

TEST_CASE("an idle connection is closed after a while without use") {
    std::atomic<bool> closed = false;
    peer p([&closed](peer_connection& c, int) {
        c.read_request();
        c.send(ok_response);
        c.until_closed();
        closed = true;
    });
    boost::asio::io_context ctx{1};
    const auto pool = std::make_shared<tidings::http::client::pool>(ctx.get_executor(), local_key(p.url()), 80ms);
    pool->send(a_post, 10s, 1024, [](const reply&) {});
    ctx.run();  // nothing is left on the loop once the connection is closed
    CHECK(pool->idle() == 0);
    while (!closed)
        std::this_thread::yield();
    pool->shut_down();
}

TEST_CASE("what a peer says unasked is never taken for the answer to the next request") {
    // Each connection answers its first request twice, the second time with a refusal: in the same breath, or when the
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
    // The loop does not run meanwhile, so that nothing but a look at the socket can tell.
    while (later && !said)
        std::this_thread::yield();
    CHECK(client.ask().status == 200);
    CHECK(p.accepted() == 2);
    // Such a peer may do so again at any time.
    CHECK(client.ask().status == 200);
    CHECK(p.accepted() == 3);
}

TEST_CASE("a peer that says why it closes an idle connection goes on being trusted") {
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
