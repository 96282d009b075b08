#include "fixture.hpp"
#include "runtime/task_group.hpp"

using namespace tidings::pg;

TEST_CASE("a notification wakes its listener", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto listener = co_await connect(ctx);
        const auto speaker = co_await connect(ctx);
        co_await listener->execute("listen wakes");
        tidings::runtime::asio::co_spawn(ctx, speaker->execute("notify wakes, 'first'; notify wakes, 'second'"),
                                         [](std::exception_ptr, rows) {});
        const auto heard = co_await listener->notifications(10s);
        REQUIRE(heard.size() == 2);
        CHECK(heard[0].channel == "wakes");
        CHECK(heard[0].payload == "first");
        CHECK(heard[1].payload == "second");
    });
}

TEST_CASE("a wait for notifications times out, and the connection stays usable", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        co_await c->execute("listen quiet");
        const auto began = std::chrono::steady_clock::now();
        const auto heard = co_await c->notifications(50ms);
        CHECK(heard.empty());
        CHECK(std::chrono::steady_clock::now() - began >= 50ms);
        CHECK_FALSE(c->broken());
        co_await c->execute("select 1");
    });
}

TEST_CASE("a notification that arrived with a query's result is not lost", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        co_await c->execute("listen own");
        co_await c->execute("notify own, 'to myself'");
        co_await c->execute("select 1");
        const auto heard = co_await c->notifications(10s);
        REQUIRE(heard.size() == 1);
        CHECK(heard[0].payload == "to myself");
    });
}

TEST_CASE("a wait for notifications can be stopped, and nothing is lost by it", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        co_await c->execute("listen stopped");
        c->stop_waiting();  // nobody waits: nothing happens
        tidings::runtime::task_group tasks(ctx.get_executor());
        tasks.spawn([](connection& listener) -> task<> { co_await listener.notifications(60s); }(*c));
        while (!c->busy())
            co_await tidings::runtime::asio::post(ctx, tidings::runtime::use_task);
        c->stop_waiting();
        const bool ended = co_await tasks.wait(5s);
        CHECK(ended);
        CHECK_FALSE(c->broken());
        co_await c->execute("notify stopped, 'later'");
        co_await c->execute("");
        const auto heard = c->arrived();
        REQUIRE(heard.size() == 1);
        CHECK(heard[0].payload == "later");
    });
}

TEST_CASE("a query answers after all that was committed elsewhere before it was asked has been heard of", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto listener = co_await connect(ctx);
        const auto writer = co_await connect(ctx);
        co_await listener->execute("listen commits");
        std::size_t late = 0;
        for (int i = 0; i < 2'000; ++i) {
            co_await writer->execute("notify commits");
            co_await listener->execute("");
            late += listener->arrived().size() == 1 ? 0U : 1U;
        }
        CHECK(late == 0);
    });
}

TEST_CASE("a cancelled wait for notifications leaves the connection usable", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        co_await c->execute("listen cancelled");
        tidings::runtime::task_group tasks(ctx.get_executor());
        tasks.spawn([](connection& listener) -> task<> { co_await listener.notifications(60s); }(*c));
        while (!c->busy())
            co_await tidings::runtime::asio::post(ctx, tidings::runtime::use_task);
        tasks.cancel();
        const bool ended = co_await tasks.wait(5s);
        CHECK(ended);
        CHECK_FALSE(c->broken());
        co_await c->execute("select 1");
    });
}

TEST_CASE("a listener notices that its server has gone", "[pg]") {
    tidings::support::postgres_server server;
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connection::open(ctx, options_for(server));
        co_await c->execute("listen gone");
        server.kill();
        const error e = co_await error_of(c->notifications(30s));
        CHECK(e.unavailable());
        CHECK(c->broken());
    });
}
