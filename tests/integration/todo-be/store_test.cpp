// The store on a real PostgreSQL, without the program: for what the API cannot provoke.
#include "outbox/backlog.hpp"
#include "outbox/outbox_session.hpp"
#include "outbox/retention.hpp"
#include "store/write/row_retention.hpp"
#include "store_bench.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace tidings::todo_be_test;
using namespace std::chrono_literals;

TEST_CASE("a row rejected by PostgreSQL fails alone") {
    bench b;
    write_queue queue(b.ctx, b.options(), b.hook());
    std::vector<std::unique_ptr<queued_write>> writes;
    for (int i = 0; i < 20; ++i)
        writes.push_back(new_write(i == 13 ? "\xFF" : "fine"));
    int failed = 0;
    b.run(submit_all(b, queue, writes, failed));
    CHECK(failed == 1);
    CHECK(std::holds_alternative<std::exception_ptr>(writes[13]->outcome));
    for (std::size_t i = 0; i < writes.size(); ++i)
        CHECK((seq_of(*writes[i]) != 0) == (i != 13));
    CHECK(b.count("select count(*) from todos") == 19);
    CHECK(b.count("select count(*) from events") == 19);
    CHECK(b.count("select count(*) from outbox") == 19);
}

TEST_CASE("waiting writes share a statement, in order") {
    bench b;
    write_queue queue(b.ctx, b.options(), b.hook());
    std::vector<std::unique_ptr<queued_write>> writes;
    for (int i = 0; i < 100; ++i)
        writes.push_back(new_write("t"));
    int failed = 0;
    b.run(submit_all(b, queue, writes, failed));
    CHECK(failed == 0);
    CHECK(b.batches.size() <= 4);
    for (std::size_t i = 1; i < writes.size(); ++i)
        CHECK(seq_of(*writes[i - 1]) < seq_of(*writes[i]));
}

TEST_CASE("when too many writes are waiting, further ones are refused") {
    bench b;
    write_queue queue(b.ctx, b.options(10), b.hook());
    std::vector<std::unique_ptr<queued_write>> writes;
    for (int i = 0; i < 30; ++i)
        writes.push_back(new_write("t"));
    int failed = 0;
    b.run(submit_all(b, queue, writes, failed));
    CHECK(failed == 20);
    CHECK(b.count("select count(*) from todos") == 10);
}

TEST_CASE("when too many bytes are waiting, further writes are refused") {
    bench b;
    auto options = b.options();
    options.byte_limit = 20'000;
    write_queue queue(b.ctx, options, b.hook());
    std::vector<std::unique_ptr<queued_write>> writes;
    for (int i = 0; i < 30; ++i) {
        writes.push_back(new_write("t"));
        std::get<queued_create>(writes.back()->request).what.fields.notes.assign(4'000, 'n');
    }
    int failed = 0;
    b.run(submit_all(b, queue, writes, failed));
    CHECK(failed == 26);
    CHECK(b.count("select count(*) from todos") == 4);
}

TEST_CASE("the outbox is read up to a number of bytes") {
    bench b;
    b.run(migrate(b.ctx, b.connect));
    b.count(
        "insert into events (id, todo_id, type, payload) select gen_random_uuid(), gen_random_uuid(), 't', "
        "repeat('p', 1000) from generate_series(1, 10); insert into outbox select seq from events; select 0");
    struct read {
        static runtime::task<> some(bench& on) {
            const auto session = co_await outbox_session::open(on.ctx, on.connect);
            CHECK((co_await session->read({}, 5, 1'000'000)).size() == 5);
            CHECK((co_await session->read({}, 10, 2'500)).size() == 3);
            CHECK((co_await session->read({1, 2}, 10, 1)).front().seq == 3);
            CHECK((co_await session->read({1, 2}, 10, 1)).size() == 1);
        }
    };
    b.run(read::some(b));
}

TEST_CASE("an Idempotency-Key expires") {
    bench b;
    b.run(migrate(b.ctx, b.connect));
    b.count(
        "insert into idempotency_keys select 'k' || n, '', gen_random_uuid(), '', now() - n * interval '1 hour' "
        "from generate_series(1, 1500) n; select 0");
    apply_once(b, key_retention(std::chrono::hours(24)));
    CHECK(b.count("select count(*) from idempotency_keys") == 23);
}

TEST_CASE("old events are deleted once published") {
    bench b;
    write_queue queue(b.ctx, b.options(), b.hook());
    std::vector<std::unique_ptr<queued_write>> writes;
    for (int i = 0; i < 10; ++i)
        writes.push_back(new_write("t"));
    int failed = 0;
    b.run(submit_all(b, queue, writes, failed));
    b.count(
        "delete from outbox where seq > 3; update events set created_at = now() - interval '2 days' where seq <= 8; "
        "select 0");
    apply_once(b, event_retention(std::chrono::hours(24)));
    CHECK(b.count("select count(*) from events") == 5);
    CHECK(b.count("select pruned_up_to from event_log") == 8);
    CHECK(b.count("select count(*) from events e join outbox using (seq)") == 3);
}

TEST_CASE("a writer that lost its connection gets a new name and announces a possible commit") {
    bench b;
    bool doubted = false;
    write_queue queue(b.ctx, b.options(), [&](const commit_notice& n) { doubted = n.others && n.rows == 0; });
    struct break_off {
        static runtime::task<> once(bench& on, write_queue& queue, const bool& doubted) {
            on.tasks.spawn(queue.run());
            co_await until_connected(queue);
            on.postgres.kill();
            while (!doubted)
                co_await runtime::sleep_for(5ms);
        }
    };
    const auto before = queue.writer();
    b.run(break_off::once(b, queue, doubted));
    CHECK(queue.writer() != before);
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

TEST_CASE("changes of the same to-dos in opposite orders do not deadlock") {
    bench b;
    write_queue first(b.ctx, b.options(), b.hook());
    write_queue second(b.ctx, b.options(), b.hook());
    std::vector<std::unique_ptr<queued_write>> writes;
    for (int i = 0; i < 60; ++i)
        writes.push_back(new_write("t"));
    int failed = 0;
    b.run(submit_all(b, first, writes, failed));
    REQUIRE(failed == 0);
    struct change {
        static std::unique_ptr<queued_write> of(const queued_write& w, int round) {
            const auto id = std::get<committed_write>(w.outcome).state.id;
            return std::make_unique<queued_write>(
                queued_change{{id, {.title = "round " + std::to_string(round)}, {}}, {}});
        }
        static runtime::task<> both(bench& on, write_queue& a, write_queue& b,
                                    const std::vector<std::unique_ptr<queued_write>>& todos, int& failed) {
            on.tasks.spawn(a.run());
            on.tasks.spawn(b.run());
            co_await until_connected(a);
            co_await until_connected(b);
            for (int round = 0; round < 20; ++round) {
                std::vector<std::unique_ptr<queued_write>> changes;
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

TEST_CASE("limits that are for those who serve do not end a migration") {
    bench b;
    b.count(
        "alter role current_user set statement_timeout = '300ms'; alter role current_user set lock_timeout = '1ms'; "
        "select 0");
    const migration slow[] = {{"0001_slow", "aa", "select pg_sleep(0.6)"},
                              {"0002_online", "bb", "select pg_sleep(0.6);\n"}};
    b.run(migrate(b.ctx, b.connect, slow));
    CHECK(b.count("select count(*) from schema_migrations") == 2);
}

TEST_CASE("a migration changed after it was applied ends the program") {
    bench b;
    b.run(migrate(b.ctx, b.connect));
    b.count("update schema_migrations set checksum = 'other' where name like '0001%'; select 0");
    CHECK_THROWS_AS(b.run(migrate(b.ctx, b.connect)), schema_mismatch);
}
