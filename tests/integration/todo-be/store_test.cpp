// The store on a real PostgreSQL, without the program around it: what cannot be brought about through the API.
#include <boost/asio/co_spawn.hpp>

#include "outbox/backlog.hpp"
#include "outbox/retention.hpp"
#include "runtime/task_group.hpp"
#include "store/pg_todo_store.hpp"
#include "store/schema/schema.hpp"
#include "store/write/key_retention.hpp"
#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace std::chrono_literals;

namespace {

// A migrated database and a write queue on it.
struct bench {
    support::postgres_server postgres;
    runtime::asio::io_context ctx{1};
    pg::connect_options connect{.conninfo = postgres.url()};
    runtime::task_group tasks{ctx.get_executor()};
    std::vector<std::size_t> batches;  // how many writes each commit told of

    write_queue_options options(std::size_t limit = 1'000) { return {connect, limit, "test", {"/api/todos/"}}; }
    write_queue::commit_hook hook() {
        return [this](std::span<queued_write* const> batch) {
            std::size_t committed = 0;
            for (auto* w : batch)
                committed += w->seq != 0 ? 1U : 0U;
            if (committed > 0) batches.push_back(committed);
        };
    }
    // Runs `t` to its end, and then whatever else was started to its end.
    void run(runtime::task<> t) {
        std::exception_ptr failure;
        runtime::asio::co_spawn(ctx.get_executor(), std::move(t), [&](const std::exception_ptr& e) {
            failure = e;
            tasks.cancel();
        });
        ctx.run();
        ctx.restart();
        if (failure) std::rethrow_exception(failure);
    }
    std::int64_t count(const char* sql) {
        std::int64_t found = 0;
        run(count_into(ctx, connect, sql, found));
        return found;
    }
    static runtime::task<> count_into(runtime::asio::io_context& ctx, pg::connect_options o, std::string sql,
                                      std::int64_t& found) {
        const auto c = co_await pg::connection::open(ctx, o);
        found = (co_await c->execute(sql)).integer(0, 0);
    }
};

std::unique_ptr<create_write> new_write(const std::string& title) {
    todo_fields f;
    f.title = title;
    auto w = std::make_unique<create_write>(write_kind::create, new_todo(f, ids::now()));
    append_json(w->json, w->what, {"/api/todos/"});
    w->event = make_event(change::created, w->what, w->json, {}, {});
    return w;
}

runtime::task<> submit_and_count(write_queue& queue, queued_write& w, int& done, int& failed) {
    try {
        co_await queue.submit(w);
    } catch (const std::exception&) {
        ++failed;
    }
    ++done;
}

runtime::task<> until_connected(write_queue& queue) {
    while (!queue.connected())
        co_await runtime::sleep_for(5ms);
}

// Submits all at once and waits for all.
runtime::task<> submit_all(bench& b, write_queue& queue, std::vector<std::unique_ptr<create_write>>& writes,
                           int& failed) {
    co_await migrate(b.ctx, b.connect);
    b.tasks.spawn(queue.run());
    co_await until_connected(queue);
    int done = 0;
    for (auto& w : writes)
        b.tasks.spawn(submit_and_count(queue, *w, done, failed));
    while (done < static_cast<int>(writes.size()))
        co_await runtime::sleep_for(5ms);
}

}  // namespace

TEST_CASE("a row that PostgreSQL refuses fails alone") {
    bench b;
    write_queue queue(b.ctx, b.options(), b.hook());
    std::vector<std::unique_ptr<create_write>> writes;
    for (int i = 0; i < 20; ++i)
        writes.push_back(new_write(i == 13 ? "\xFF" : "fine"));
    int failed = 0;
    b.run(submit_all(b, queue, writes, failed));
    CHECK(failed == 1);
    CHECK(writes[13]->failure);
    for (std::size_t i = 0; i < writes.size(); ++i)
        CHECK((writes[i]->seq != 0) == (i != 13));
    CHECK(b.count("select count(*) from todos") == 19);
    CHECK(b.count("select count(*) from events") == 19);
    CHECK(b.count("select count(*) from outbox") == 19);
}

TEST_CASE("writes that wait together share a statement, in their order") {
    bench b;
    write_queue queue(b.ctx, b.options(), b.hook());
    std::vector<std::unique_ptr<create_write>> writes;
    for (int i = 0; i < 100; ++i)
        writes.push_back(new_write("t"));
    int failed = 0;
    b.run(submit_all(b, queue, writes, failed));
    CHECK(failed == 0);
    CHECK(b.batches.size() <= 4);
    for (std::size_t i = 1; i < writes.size(); ++i)
        CHECK(writes[i - 1]->seq < writes[i]->seq);
}

TEST_CASE("when too many writes wait, further ones are turned away") {
    bench b;
    write_queue queue(b.ctx, b.options(10), b.hook());
    std::vector<std::unique_ptr<create_write>> writes;
    for (int i = 0; i < 30; ++i)
        writes.push_back(new_write("t"));
    int failed = 0;
    b.run(submit_all(b, queue, writes, failed));
    CHECK(failed == 20);
    CHECK(b.count("select count(*) from todos") == 10);
}

void apply_once(bench& b, retention rule) {
    pg::pool pool(b.ctx, {.connect = b.connect});
    struct prune {
        static runtime::task<> once(bench& on, pg::pool& pool, retention rule) {
            bool asked = false;
            on.tasks.spawn(keep_retention(pool, {rule}, 1ms, [&asked] { return !std::exchange(asked, true); }));
            while (!asked || pool.count().in_use > 0)
                co_await runtime::sleep_for(5ms);
        }
    };
    b.run(prune::once(b, pool, rule));
}

TEST_CASE("an Idempotency-Key is forgotten at its age") {
    bench b;
    b.run(migrate(b.ctx, b.connect));
    b.count(
        "insert into idempotency_keys select 'k' || n, '', gen_random_uuid(), '', now() - n * interval '1 hour' "
        "from generate_series(1, 1500) n; select 0");
    apply_once(b, key_retention(std::chrono::hours(24)));
    CHECK(b.count("select count(*) from idempotency_keys") == 23);
}

TEST_CASE("old events are forgotten, but none that was not published") {
    bench b;
    write_queue queue(b.ctx, b.options(), b.hook());
    std::vector<std::unique_ptr<create_write>> writes;
    for (int i = 0; i < 10; ++i)
        writes.push_back(new_write("t"));
    int failed = 0;
    b.run(submit_all(b, queue, writes, failed));
    b.count(
        "delete from outbox where seq > 3; update events set created_at = now() - interval '2 days' where seq <= 8; "
        "select 0");
    apply_once(b, event_retention(std::chrono::hours(24)));
    CHECK(b.count("select count(*) from events") == 5);
    CHECK(b.count("select count(*) from events e join outbox using (seq)") == 3);
}

TEST_CASE("after a connection has broken the writer has another name, and says that there may be a commit") {
    bench b;
    bool doubted = false;
    write_queue queue(b.ctx, b.options(), [&](std::span<queued_write* const> batch) { doubted = batch.empty(); });
    struct break_off {
        static runtime::task<> once(bench& on, write_queue& queue, const bool& doubted) {
            on.tasks.spawn(queue.run());
            co_await until_connected(queue);
            on.postgres.kill();
            while (!doubted)
                co_await runtime::sleep_for(5ms);
        }
    };
    CHECK(queue.origin() == "test");
    b.run(break_off::once(b, queue, doubted));
    CHECK(queue.origin() != "test");
}

TEST_CASE("a large outbox is counted up to a limit only") {
    bench b;
    b.run(migrate(b.ctx, b.connect));
    pg::pool pool(b.ctx, {.connect = b.connect});
    struct count {
        static runtime::task<> once(pg::pool& pool, outbox_backlog& found) { found = co_await count_backlog(pool); }
    };
    outbox_backlog found;
    b.run(count::once(pool, found));
    CHECK(found.pending == 0);
    b.count("insert into outbox select generate_series(1, 150000); select 0");
    b.run(count::once(pool, found));
    CHECK(found.pending == most_counted);
}

TEST_CASE("changes of the same to-dos in opposite orders do not lock each other out") {
    bench b;
    write_queue first(b.ctx, b.options(), b.hook());
    write_queue second(b.ctx, b.options(), b.hook());
    std::vector<std::unique_ptr<create_write>> writes;
    for (int i = 0; i < 60; ++i)
        writes.push_back(new_write("t"));
    int failed = 0;
    b.run(submit_all(b, first, writes, failed));
    REQUIRE(failed == 0);
    struct change {
        static std::unique_ptr<change_write> of(const create_write& w, int round) {
            auto c = std::make_unique<change_write>(write_kind::update, w.id);
            c->patch.title = "round " + std::to_string(round);
            return c;
        }
        static runtime::task<> both(bench& on, write_queue& a, write_queue& b,
                                    const std::vector<std::unique_ptr<create_write>>& todos, int& failed) {
            on.tasks.spawn(a.run());
            on.tasks.spawn(b.run());
            co_await until_connected(a);
            co_await until_connected(b);
            for (int round = 0; round < 20; ++round) {
                std::vector<std::unique_ptr<change_write>> changes;
                int done = 0;
                for (std::size_t i = 0; i < todos.size(); ++i) {
                    changes.push_back(of(*todos[i], 2 * round));
                    on.tasks.spawn(submit_and_count(a, *changes.back(), done, failed));
                    changes.push_back(of(*todos[todos.size() - 1 - i], 2 * round + 1));
                    on.tasks.spawn(submit_and_count(b, *changes.back(), done, failed));
                }
                while (done < static_cast<int>(changes.size()))
                    co_await runtime::sleep_for(1ms);
            }
        }
    };
    b.run(change::both(b, first, second, writes, failed));
    CHECK(failed == 0);
    CHECK(b.count("select sum(version) from todos") == 60 * 41);
    CHECK(b.count("select deadlocks from pg_stat_database where datname = current_database()") == 0);
}

TEST_CASE("a migration that was changed after it had been applied stops the program") {
    bench b;
    b.run(migrate(b.ctx, b.connect));
    b.count("update schema_migrations set checksum = 'other' where name like '0001%'; select 0");
    CHECK_THROWS_AS(b.run(migrate(b.ctx, b.connect)), schema_mismatch);
}
