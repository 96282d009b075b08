#include "fixture.hpp"
#include "pg/prepared_statements.hpp"

using namespace tidings::pg;

namespace {
const statement one{"one", "select 1 as n"};
}

TEST_CASE("rows give sizes, texts, numbers, booleans and NULLs", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        const rows r = co_await c->execute("select 42, 'text', true, null::text union all select -1, '', false, 'x'");
        REQUIRE(r.size() == 2);
        CHECK(r.integer(0, 0) == 42);
        CHECK(r.text(0, 1) == "text");
        CHECK(r.boolean(0, 2));
        CHECK_FALSE(r.boolean(1, 2));
        CHECK(r.is_null(0, 3));
        CHECK(r.text(0, 3).empty());
        CHECK_FALSE(r.is_null(1, 1));
        CHECK_THROWS_AS(r.integer(0, 1), error);
        CHECK_THROWS_AS(r.integer(0, 3), error);
    });
}

TEST_CASE("default rows are empty", "[pg]") {
    const rows none;
    CHECK(none.empty());
    CHECK(none.affected() == 0);
}

TEST_CASE("a statement is prepared once and reused", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        for (int i = 0; i < 3; ++i)
            co_await c->query(one);
        const rows r = co_await c->execute(
            "select count(*), sum(generic_plans + custom_plans) from pg_prepared_statements where name = '" +
            one.name() + "'");
        CHECK(r.integer(0, 0) == 1);
        CHECK(r.integer(0, 1) == 3);
    });
}

TEST_CASE("a connection keeps the statements that it used last prepared, and no more", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        co_await c->query(one);
        for (std::size_t i = 0; i < most_prepared + 20; ++i) {
            const auto n = std::to_string(i);
            CHECK((co_await c->query({"number", "select " + n})).text(0, 0) == n);
            co_await c->query(one);
        }
        const rows kept =
            co_await c->execute("select count(*), sum((name = '" + one.name() +
                                "')::int), sum((statement = 'select 0')::int) from pg_prepared_statements");
        CHECK(kept.integer(0, 0) == static_cast<std::int64_t>(most_prepared));
        CHECK(kept.integer(0, 1) == 1);
        CHECK(kept.integer(0, 2) == 0);
        CHECK((co_await c->query({"number", "select 0"})).integer(0, 0) == 0);
    });
}

TEST_CASE("a statement that the server lost is prepared again", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        co_await c->query(one);
        co_await c->execute("deallocate all");
        const rows r = co_await c->query(one);
        CHECK(r.integer(0, 0) == 1);
    });
}

TEST_CASE("a statement whose table has changed is prepared again", "[pg]") {
    const statement all{"all_of_changing", "select * from changing"};
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        co_await c->execute("create temporary table changing as select 1 as a");
        co_await c->query(all);
        co_await c->execute("alter table changing add column b int default 2");
        const rows r = co_await c->query(all);
        CHECK(r.integer(0, 1) == 2);
    });
}

TEST_CASE("an error carries its SQLSTATE and leaves the connection usable", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        co_await c->execute("create temporary table once (id int primary key); insert into once values (1)");
        const error duplicate = co_await error_of(c->execute("insert into once values (1)"));
        CHECK(duplicate.sqlstate == "23505");
        CHECK_FALSE(duplicate.unavailable());
        const error division = co_await error_of(c->query({"division", "select 1 / 0"}));
        CHECK(division.sqlstate == "22012");
        const error syntax = co_await error_of(c->query({"nonsense", "selec nonsense"}));
        CHECK(syntax.sqlstate == "42601");
        CHECK_FALSE(c->broken());
        CHECK_FALSE(c->busy());
        const rows r = co_await c->query(one);
        CHECK(r.integer(0, 0) == 1);
    });
}

TEST_CASE("several statements return the rows of the last", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        const rows r = co_await c->execute("select 1; select 2");
        CHECK(r.integer(0, 0) == 2);
        const error first = co_await error_of(c->execute("select 1; select 1 / 0; select 3"));
        CHECK(first.sqlstate == "22012");
    });
}

TEST_CASE("a result of many megabytes is read completely", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        const rows r = co_await c->execute("select repeat('x', 1000) from generate_series(1, 20000)");
        CHECK(r.size() == 20'000);
    });
}

TEST_CASE("a statement and its result may exceed the socket buffers", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        const std::string large(16 * 1024 * 1024, 'y');
        const rows r = co_await c->query({"large", "select $1::text || $1::text"}, parameters().text(large));
        CHECK(r.text(0, 0).size() == 2 * large.size());
        // The first result arrives while the rest of the text is still being sent.
        const std::string chatty = "select repeat('z', 8000000); select '" + large + "'";
        const rows last = co_await c->execute(chatty);
        CHECK(last.text(0, 0).size() == large.size());
    });
}

TEST_CASE("COPY is rejected and closes the connection", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        const error e = co_await error_of(c->execute("copy (select 1) to stdout"));
        CHECK(e.sqlstate == "0A000");
        CHECK(c->broken());
    });
}

TEST_CASE("a connection has its application name and settings", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        connect_options o = options_for(shared_server());
        o.application_name = "my name";
        o.settings = {{"idle_session_timeout", "3456"}, {"tidings.note", "a b\\c"}};
        const auto c = co_await connection::open(ctx, o);
        const rows r = co_await c->execute(
            "select current_setting('application_name'), current_setting('idle_session_timeout'),"
            " current_setting('tidings.note'), current_setting('client_encoding')");
        CHECK(r.text(0, 0) == "my name");
        CHECK(r.text(0, 1) == "3456ms");
        CHECK(r.text(0, 2) == "a b\\c");
        CHECK(r.text(0, 3) == "UTF8");
    });
}

TEST_CASE("a concurrent query is a programming error", "[pg]") {
    io_context ctx;
    run(ctx, [&]() -> task<> {
        const auto c = co_await connect(ctx);
        bool ended = false;
        tidings::runtime::asio::co_spawn(ctx, c->execute("select pg_sleep(0.2)"),
                                         [&](std::exception_ptr, rows) { ended = true; });
        while (!c->busy())
            co_await tidings::runtime::asio::post(ctx, tidings::runtime::use_task);
        try {
            co_await c->query(one);
            FAIL("accepted");
        } catch (const std::logic_error&) {
        }
        while (!ended)
            co_await tidings::runtime::asio::post(ctx, tidings::runtime::use_task);
        co_await c->query(one);
    });
}
