// Queries that lose their server, deadline or caller.
#include <csignal>

#include "fixture.hpp"
#include "runtime/task_group.hpp"

using namespace tidings::pg;

namespace {

task<> sleep_in_server(connection& c, bool& ended) {
    try {
        co_await c.execute("select pg_sleep(60)", 60s);
    } catch (...) {
        ended = true;
        throw;
    }
}

task<> step(io_context& ctx) { co_await tidings::runtime::asio::post(ctx, tidings::runtime::use_task); }

}  // namespace

TEST_CASE("a deadline in mid-query breaks the connection", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        const auto began = std::chrono::steady_clock::now();
        const error e = co_await error_of(c->query({"long", "select pg_sleep(60)"}, {}, 100ms));
        CHECK(std::chrono::steady_clock::now() - began < 5s);
        CHECK(e.sqlstate == "08006");
        CHECK(e.unavailable());
        CHECK(c->broken());
        const error after = co_await error_of(c->execute("select 1"));
        CHECK(after.unavailable());
    });
}

TEST_CASE("an earlier query's deadline does not affect later ones", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        for (int i = 0; i < 10; ++i)
            co_await c->query({"nap", "select pg_sleep(0.05)"}, {}, i % 2 == 0 ? 300ms : 5s);
        CHECK_FALSE(c->broken());
    });
}

TEST_CASE("a server killed in mid-query is unavailable", "[pg]") {
    tidings::support::postgres_server server;
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connection::open(ctx, options_for(server));
        bool ended = false;
        std::exception_ptr failure;
        tidings::runtime::asio::co_spawn(ctx, sleep_in_server(*c, ended),
                                         [&](std::exception_ptr e) { failure = std::move(e); });
        while (!c->busy())
            co_await step(ctx);
        server.kill();
        while (!failure)
            co_await step(ctx);
        try {
            std::rethrow_exception(failure);
        } catch (const error& e) {
            CHECK(e.unavailable());
        }
        CHECK(c->broken());
    });
}

TEST_CASE("a terminated backend reports why", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        const error e = co_await error_of(c->execute("select pg_terminate_backend(pg_backend_pid())"));
        CHECK(e.sqlstate == "57P01");
        CHECK(e.unavailable());
        CHECK(c->broken());
    });
}

TEST_CASE("cancelling a task in mid-query breaks the connection", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        bool ended = false;
        tidings::runtime::task_group tasks(ctx.get_executor());
        tasks.spawn(sleep_in_server(*c, ended));
        while (!c->busy())
            co_await step(ctx);
        tasks.cancel();
        const bool all_ended = co_await tasks.wait(5s);
        CHECK(all_ended);
        CHECK(ended);
        CHECK(c->broken());
    });
}

TEST_CASE("a connection destroyed in mid-query ends the query", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        auto c = co_await connect(ctx);
        bool ended = false;
        tidings::runtime::task_group tasks(ctx.get_executor());
        tasks.spawn(sleep_in_server(*c, ended));
        while (!c->busy())
            co_await step(ctx);
        c.reset();
        const bool all_ended = co_await tasks.wait(5s);
        CHECK(all_ended);
        CHECK(ended);
    });
}

TEST_CASE("a loop and its connection can be destroyed in mid-query", "[pg]") {
    io_context ctx;
    std::unique_ptr<connection> c;
    run(ctx, [&]() -> task<> { c = co_await connect(ctx); });
    bool ended = false;
    tidings::runtime::asio::co_spawn(ctx, sleep_in_server(*c, ended), [](std::exception_ptr) {});
    ctx.restart();
    while (!c->busy())
        ctx.run_one();
}

TEST_CASE("errors tell whether PostgreSQL is unavailable", "[pg]") {
    for (const char* state :
         {"08000", "08006", "08001", "57P01", "57P02", "57P03", "53300", "53100", "57014", "55P03", "25006"}) {
        CHECK(error(state, "").unavailable());
    }
    for (const char* state : {"22021", "23505", "40P01", "40001", "42601"}) {
        CHECK_FALSE(error(state, "").unavailable());
    }
}
