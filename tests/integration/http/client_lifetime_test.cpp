#include "client_caller.hpp"
#include "client_peer.hpp"
#include "http/client/pool.hpp"
#include "support/catch.hpp"

using namespace tidings::test;
using tidings::http::origin;
using tidings::http::reply;
using tidings::http::transport_error;

TEST_CASE("done is never called from within send") {
    caller client("http://127.0.0.1:1");
    bool called = false;
    client.origin->send(a_post, 5s, [&](const reply&) { called = true; });
    CHECK_FALSE(called);
    CHECK(client.origin->in_flight() == 1);
    CHECK(client.run_until([&] { return called; }));
}

TEST_CASE("cancel ends every send in flight, at any stage") {
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
        client.origin->send(a_post, 60s, note);  // has not even resolved the address
        client.origin->cancel();
        CHECK(ends == std::vector(2, transport_error::cancelled));
        CHECK(client.origin->in_flight() == 0);
        CHECK(client.run_until([&] { return client.ctx.stopped() || client.ctx.poll() == 0; }));
    }
}

TEST_CASE("an origin is usable after cancel") {
    peer p(answering());
    caller client(p.url());
    client.origin->send(a_post, 60s, [](const reply&) {});
    client.origin->cancel();
    CHECK(client.ask().status == 200);
}

TEST_CASE("the destructor completes sends in flight, at any stage") {
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
            client.ctx.run_for(5s);  // returns early: nothing is left on the loop
            CHECK(client.ctx.stopped());
        }
    }
}

TEST_CASE("the loop may be destroyed before the origin") {
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

TEST_CASE("what cannot be sent is in flight until it is answered, and not answered once the origin has ended") {
    auto options = local_options();
    options.ca_file = "/nonexistent/ca.pem";
    caller client("https://127.0.0.1:1", options);
    std::vector<transport_error> ends;
    const auto note = [&](const reply& r) { ends.push_back(r.error); };
    client.origin->send(a_post, 5s, note);
    client.origin->send(a_post, 5s, note);
    CHECK(client.origin->in_flight() == 2);
    REQUIRE(client.run_until([&] { return ends.size() == 2; }));
    CHECK(ends == std::vector(2, transport_error::tls_failed));
    CHECK(client.origin->in_flight() == 0);
    client.origin->send(a_post, 5s, note);
    client.origin.reset();
    CHECK(ends.size() == 3);
    CHECK(ends.back() == transport_error::cancelled);
    client.ctx.restart();
    client.ctx.run();
    CHECK(ends.size() == 3);
}

TEST_CASE("done may send again, on the connection just released") {
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
