#include "pool_fixture.hpp"
#include "runtime/task_group.hpp"

using namespace tidings::pg;
using tidings::runtime::task_group;

namespace {

task<std::int64_t> backend_of(lease& l) {
    const rows r = co_await l->execute("select pg_backend_pid()");
    co_return r.integer(0, 0);
}

}  // namespace

TEST_CASE("a returned connection is reused", "[pg][pool]") {
    io_context ctx;
    pool p(ctx, of_size(4));
    run(ctx, [&]() -> task<> {
        std::vector<std::int64_t> backends;
        for (int i = 0; i < 3; ++i) {
            auto l = co_await p.acquire();
            CHECK(p.count().in_use == 1);
            backends.push_back(co_await backend_of(l));
        }
        CHECK(backends[0] == backends[1]);
        CHECK(backends[1] == backends[2]);
        CHECK(p.count().idle == 1);
        CHECK(p.count().in_use == 0);
        CHECK(p.count().size == 4);
    });
}

TEST_CASE("a pool never opens more connections than its size", "[pg][pool]") {
    io_context ctx;
    pool_options o = of_size(2);
    o.connect.application_name = "bounded pool";
    pool p(ctx, o);
    run(ctx, [&]() -> task<> {
        std::vector<int> order;
        task_group tasks(ctx.get_executor());
        for (int i = 0; i < 20; ++i)
            tasks.spawn(take_turn(p, i, order));
        const bool ended = co_await tasks.wait(20s);
        CHECK(ended);
        CHECK(order.size() == 20);
        auto l = co_await p.acquire();
        const rows r =
            co_await l->execute("select count(*) from pg_stat_activity where application_name = 'bounded pool'");
        CHECK(r.integer(0, 0) <= 2);
        CHECK(r.integer(0, 0) >= 1);
    });
}

TEST_CASE("waiters are served in order", "[pg][pool]") {
    io_context ctx;
    pool p(ctx, of_size(1));
    run(ctx, [&]() -> task<> {
        std::vector<int> order;
        task_group tasks(ctx.get_executor());
        {
            auto l = co_await p.acquire();
            for (int i = 0; i < 8; ++i)
                tasks.spawn(take_turn(p, i, order));
            while (p.count().waiting < 8)
                co_await step(ctx);
        }
        // A new acquire queues behind the waiters, although a connection is free at this moment.
        tasks.spawn(take_turn(p, 8, order));
        const bool ended = co_await tasks.wait(20s);
        CHECK(ended);
        CHECK(order == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8});
    });
}

TEST_CASE("acquiring times out", "[pg][pool]") {
    io_context ctx;
    pool_options o = of_size(1);
    o.acquire_timeout = 50ms;
    pool p(ctx, o);
    run(ctx, [&]() -> task<> {
        auto l = co_await p.acquire();
        const error e = co_await error_of(p.acquire());
        CHECK(e.sqlstate == "53300");
        CHECK(e.unavailable());
        CHECK(p.count().waiting == 0);
    });
}

TEST_CASE("a cancelled waiter passes its turn to the next", "[pg][pool]") {
    io_context ctx;
    pool p(ctx, of_size(1));
    run(ctx, [&]() -> task<> {
        std::vector<int> order;
        task_group cancelled(ctx.get_executor());
        task_group kept(ctx.get_executor());
        {
            auto l = co_await p.acquire();
            cancelled.spawn(take_turn(p, 1, order));
            kept.spawn(take_turn(p, 2, order));
            while (p.count().waiting < 2)
                co_await step(ctx);
        }
        cancelled.cancel();  // after it was woken, before it could run
        const bool one_ended = co_await cancelled.wait(5s);
        const bool two_ended = co_await kept.wait(5s);
        CHECK(one_ended);
        CHECK(two_ended);
        CHECK(order.back() == 2);
        CHECK(p.count().in_use == 0);
    });
}

TEST_CASE("a broken or unfinished lease is closed instead of returned", "[pg][pool]") {
    io_context ctx;
    pool p(ctx, of_size(1));
    run(ctx, [&]() -> task<> {
        std::int64_t first = 0;
        {
            auto l = co_await p.acquire();
            first = co_await backend_of(l);
            co_await error_of(l->execute("select pg_sleep(60)", 50ms));
        }
        CHECK(p.count().idle == 0);
        std::int64_t second = 0;
        {
            auto l = co_await p.acquire();
            second = co_await backend_of(l);
            CHECK(second != first);
            co_await l->execute("begin");
        }
        CHECK(p.count().idle == 0);
        auto l = co_await p.acquire();
        const std::int64_t third = co_await backend_of(l);
        CHECK(third != second);
    });
}
