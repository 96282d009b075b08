// Connections between two requests.
#include <sys/resource.h>

#include <boost/asio/steady_timer.hpp>

#include "client_caller.hpp"
#include "client_peer.hpp"
#include "http/client/pool.hpp"
#include "http/client/pool_directory.hpp"
#include "support/catch.hpp"

using namespace tidings::test;
using tidings::http::origin;
using tidings::http::reply;
using tidings::http::transport_error;

namespace {

// The process may have so many descriptors while it exists; those that are open stay.
class few_descriptors {
  public:
    explicit few_descriptors(rlim_t limit) {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        auto few = before_;
        few.rlim_cur = limit;
        ::setrlimit(RLIMIT_NOFILE, &few);
    }
    ~few_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    few_descriptors(const few_descriptors&) = delete;
    few_descriptors& operator=(const few_descriptors&) = delete;

  private:
    rlimit before_{};
};

}  // namespace

TEST_CASE("all connections may be busy, but no more are opened") {
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

TEST_CASE("the origins of a loop keep no more connections idle than it may have, and close the oldest first") {
    std::vector<std::unique_ptr<peer>> peers;
    for (int i = 0; i < 12; ++i)
        peers.push_back(std::make_unique<peer>(answering()));
    caller client(peers.front()->url());
    const boost::asio::steady_timer reactor(client.ctx);  // has descriptors of its own
    {
        const few_descriptors few(8);  // of these the half
        client.origin->send(a_post, 10s, [](const reply&) {});
    }
    auto& all = boost::asio::use_service<tidings::http::client::pool_directory>(client.ctx);
    std::vector<std::unique_ptr<origin>> origins;
    const auto idle_at = [&](const peer& p) { return all.find(local_key(p.url()))->idle(); };
    REQUIRE(client.run_until([&] { return idle_at(*peers.front()) == 1; }));
    for (const auto& p : peers) {
        origins.push_back(
            std::make_unique<origin>(client.ctx, tidings::http::parse_url(p->url()).value(), local_options()));
        bool answered = false;
        origins.back()->send(a_post, 10s, [&](const reply& r) { answered = r.status == 200; });
        REQUIRE(client.run_until([&] { return answered; }));
    }
    std::size_t idle = 0;
    for (const auto& p : peers)
        idle += idle_at(*p);
    CHECK(idle == 4);
    CHECK(idle_at(*peers.front()) == 0);
    CHECK(idle_at(*peers.back()) == 1);
}

TEST_CASE("a request waits for a descriptor, and says so when none came before its deadline") {
    peer p(answering());
    caller client(p.url());
    const boost::asio::steady_timer reactor(client.ctx);  // has descriptors of its own
    // The peer's accept() has got its next descriptor before it waits.
    CHECK(caller(p.url()).ask().status == 200);
    kept_reply first, second;
    bool answered = false;
    {
        const few_descriptors none(3);
        first = client.ask(a_post, 200ms);
        client.origin->send(a_post, 10s, [&](const reply& r) {
            second = keep(r);
            answered = true;
        });
        client.ctx.restart();
        client.ctx.run_for(50ms);
    }
    CHECK(first.error == transport_error::no_descriptors);
    CHECK(first.reason == "too many open files");
    CHECK_FALSE(answered);
    REQUIRE(client.run_until([&] { return answered; }));
    INFO(second.reason);
    CHECK(second.status == 200);
}

TEST_CASE("an idle connection closed by the peer is noticed without a request") {
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

TEST_CASE("an idle connection is closed after a timeout") {
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
