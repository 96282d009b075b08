// Pools that lose their server, peers or owner.
#include <boost/asio/ip/tcp.hpp>

#include "pool_fixture.hpp"
#include "runtime/task_group.hpp"

using namespace tidings::pg;
using tidings::runtime::task_group;

namespace {

task<std::int64_t> backend_of(lease& l) {
    const rows r = co_await l->execute("select pg_backend_pid()");
    co_return r.integer(0, 0);
}

task<> sleep_in_server(connection& c, std::optional<error>& failure) {
    failure = co_await error_of(c.execute("select pg_sleep(60)", 60s));
}

}  // namespace

TEST_CASE("an idle connection closed by the server is replaced transparently", "[pg][pool]") {
    io_context ctx;
    pool p(ctx, of_size(2));
    run(ctx, [&]() -> task<> {
        {
            auto a = co_await p.acquire();
            auto b = co_await p.acquire();
            const std::int64_t victim = co_await backend_of(a);
            co_await b->execute("select pg_terminate_backend(" + std::to_string(victim) + ", 5000)");
        }
        for (int i = 0; i < 3; ++i) {
            const auto failure = co_await borrow(p);
            CHECK_FALSE(failure);
        }
    });
}

TEST_CASE("while PostgreSQL is unavailable acquires fail immediately, and succeed soon after its return",
          "[pg][pool]") {
    tidings::support::postgres_server server;
    io_context ctx;
    pool p(ctx, of_size(2, server));
    run(ctx, [&]() -> task<> {
        const auto healthy = co_await borrow(p);
        CHECK_FALSE(healthy);
        server.kill();
        const auto began = std::chrono::steady_clock::now();
        for (int i = 0; i < 100; ++i) {
            const auto failure = co_await borrow(p);
            REQUIRE(failure);
            CHECK(failure->unavailable());
        }
        CHECK(std::chrono::steady_clock::now() - began < 3s);
        server.start();
        const auto limit = std::chrono::steady_clock::now() + 20s;
        while (co_await borrow(p)) {
            REQUIRE(std::chrono::steady_clock::now() < limit);
            co_await tidings::runtime::sleep_for(10ms);
        }
        CHECK(p.count().idle == 1);
    });
}

TEST_CASE("a server killed in mid-query fails the borrower, and the pool recovers after its restart", "[pg][pool]") {
    tidings::support::postgres_server server;
    io_context ctx;
    pool p(ctx, of_size(1, server));
    run(ctx, [&]() -> task<> {
        {
            auto l = co_await p.acquire();
            std::optional<error> failure;
            tidings::runtime::asio::co_spawn(ctx, sleep_in_server(*l, failure), [](std::exception_ptr) {});
            while (!l->busy())
                co_await step(ctx);
            server.kill();
            while (!failure)
                co_await step(ctx);
            CHECK(failure->unavailable());
        }
        server.start();
        const auto limit = std::chrono::steady_clock::now() + 20s;
        while (co_await borrow(p)) {
            REQUIRE(std::chrono::steady_clock::now() < limit);
            co_await tidings::runtime::sleep_for(10ms);
        }
    });
}

TEST_CASE("while a silent server is being retried, other acquires fail immediately", "[pg][pool]") {
    io_context ctx;
    using tcp = tidings::runtime::asio::ip::tcp;
    tcp::acceptor silent(ctx, tcp::endpoint(tidings::runtime::asio::ip::address_v4::loopback(), 0));
    pool_options o = of_size(4);
    o.connect.conninfo =
        "postgresql://tidings@127.0.0.1:" + std::to_string(silent.local_endpoint().port()) + "/tidings";
    o.connect.connect_timeout = 150ms;
    pool p(ctx, o);
    run(ctx, [&]() -> task<> {
        const auto first = co_await borrow(p);
        REQUIRE(first);
        co_await tidings::runtime::sleep_for(100ms);  // the longest first pause: the next acquire retries
        bool ended = false;
        tidings::runtime::asio::co_spawn(ctx, borrow(p),
                                         [&](std::exception_ptr, std::optional<error>) { ended = true; });
        while (p.count().in_use == 0)
            co_await step(ctx);
        const auto began = std::chrono::steady_clock::now();
        const auto others = co_await borrow(p);
        REQUIRE(others);
        CHECK(others->sqlstate == first->sqlstate);
        CHECK(std::chrono::steady_clock::now() - began < 100ms);
        while (!ended)
            co_await step(ctx);
    });
}

TEST_CASE("a pool can be destroyed while tasks wait, connect and hold leases", "[pg][pool]") {
    io_context ctx;
    auto p = std::make_unique<pool>(ctx, of_size(2));
    run(ctx, [&]() -> task<> {
        std::optional<lease> kept(co_await p->acquire());
        task_group tasks(ctx.get_executor());
        std::vector<std::optional<error>> failures;
        for (int i = 0; i < 4; ++i) {
            tasks.spawn([](pool& from, std::vector<std::optional<error>>& out) -> task<> {
                out.push_back(co_await borrow(from));
            }(*p, failures));
        }
        while (p->count().waiting < 3)
            co_await step(ctx);
        p.reset();
        const bool ended = co_await tasks.wait(5s);
        CHECK(ended);
        CHECK(failures.size() == 4);
        CHECK(std::all_of(failures.begin(), failures.end(), [](const auto& f) { return f.has_value(); }));
        co_await (*kept)->execute("select 1");
        kept.reset();
    });
}

TEST_CASE("a loop can be destroyed while tasks wait, connect and hold leases", "[pg][pool]") {
    for (int steps = 0; steps < 20; ++steps) {
        io_context ctx;
        pool p(ctx, of_size(2));
        std::vector<int> order;
        task_group tasks(ctx.get_executor());
        for (int i = 0; i < 6; ++i)
            tasks.spawn(take_turn(p, i, order));
        for (int i = 0; i < steps; ++i)
            ctx.run_one_for(20ms);
        CHECK(p.count().in_use <= 2);
    }
}
