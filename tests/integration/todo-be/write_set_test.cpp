// Write sets on a real PostgreSQL: all in one commit, or none.
#include "shop.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace tidings::todo_be_test;

namespace {

idempotency with_key(std::string request) {
    return {.key = "one key", .request = std::move(request), .answer = [](std::span<const write_result> w) {
                return std::to_string(w.size()) + " written";
            }};
}

}  // namespace

TEST_CASE("a set of several kinds commits atomically, its events in order") {
    shop s;
    s.run([](shop& here) -> runtime::task<> {
        const auto milk = co_await here.create("milk");
        const auto bread = co_await here.create("bread");
        here.notices.clear();
        const auto outcome = co_await here.write({remove_todo{bread, {}}, create_todo{titled("eggs")},
                                                  retitled(milk, "oat milk"), change_todo{milk, {.done = true}, {}}});
        const auto& results = std::get<std::vector<write_result>>(outcome);
        REQUIRE(results.size() == 4);
        CHECK(results[3]->state.version == 3);
        REQUIRE(here.notices.size() == 1);
        CHECK(here.notices.front().others);
        const auto kept = co_await here.store.find(default_user, milk);
        CHECK(kept.value() == results[3]->state);
        CHECK((co_await here.store.find(default_user, bread)).error() == errc::not_found);
        CHECK((co_await here.store.find(default_user, results[1]->state.id)).value() == results[1]->state);
    });
    CHECK(s.b.count("select count(*) from todos") == 2);
    CHECK(s.b.count("select count(distinct xmin::text) from (select xmin from events where seq > 2 union all "
                    "select xmin from todos) rows") == 1);
    CHECK(s.b.count("select count(*) from outbox") == 6);
    CHECK(s.b.count("select (string_agg(split_part(type, '.', 4), ' ' order by seq) = "
                    "'created created deleted created updated completed')::int from events") == 1);
}

TEST_CASE("one invalid write aborts the set and is reported") {
    shop s;
    s.run([](shop& here) -> runtime::task<> {
        const auto milk = co_await here.create("milk");
        const precondition old{std::vector<std::int64_t>{7}, std::nullopt};
        const auto outcome =
            co_await here.write({create_todo{titled("eggs")}, retitled(milk, "oat milk"), remove_todo{milk, old}});
        const auto& refused = std::get<refused_write>(outcome);
        CHECK(refused.index == 2);
        CHECK(refused.why == errc::version_mismatch);
        CHECK((co_await here.store.find(default_user, milk)).value().fields.title == "milk");
    });
    CHECK(s.b.count("select count(*) from todos") == 1);
    CHECK(s.b.count("select count(*) from events") == 1);
}

TEST_CASE("a set with a row rejected by PostgreSQL writes nothing") {
    shop s;
    bool failed = false;
    s.run([&failed](shop& here) -> runtime::task<> {
        try {
            co_await here.write({create_todo{titled("eggs")}, create_todo{titled("\xFF")}});
        } catch (const std::exception&) {
            failed = true;
        }
    });
    CHECK(failed);
    CHECK(s.b.count("select count(*) from todos") == 0);
    CHECK(s.b.count("select count(*) from events") == 0);
}

TEST_CASE("a set with a repeated key gets the first result, whatever has changed since") {
    shop s;
    s.run([](shop& here) -> runtime::task<> {
        const auto milk = co_await here.create("milk");
        const write_set set{remove_todo{milk, {}}, create_todo{titled("eggs")}};
        const auto first = co_await here.store.write(set, set_mode::whole, with_key("a"), here.context);
        CHECK(std::get<std::vector<write_result>>(first.value()).size() == 2);
        const auto again = co_await here.store.write(set, set_mode::whole, with_key("a"), here.context);
        CHECK(std::get<first_answer>(again.value()).text == "2 written");
        CHECK(std::get<first_answer>(again.value()).todo_id == milk);
        const auto other = co_await here.store.write(set, set_mode::whole, with_key("b"), here.context);
        CHECK(other.error() == errc::idempotency_key_reused);
    });
    CHECK(s.b.count("select count(*) from todos") == 1);
    CHECK(s.b.count("select count(*) from events") == 3);
}

TEST_CASE("two replicas' sets over the same to-dos in opposite orders lose nothing and do not deadlock") {
    shop s;
    pg_todo_store other(s.b.ctx, store_options(s.b), [](const commit_notice&) {});
    s.run([&other](shop& here) -> runtime::task<> {
        here.b.tasks.spawn(other.run());
        while (!other.connected())
            co_await runtime::sleep_for(5ms);
        const auto milk = co_await here.create("milk");
        const auto bread = co_await here.create("bread");
        int open = 0;
        struct change {
            static runtime::task<> twice(todo_store& in, ids::uuid a, ids::uuid b, int round, int& open) {
                const request_context context;
                const auto title = std::to_string(round);
                const auto made =
                    co_await in.write({retitled(a, title), retitled(b, title)}, set_mode::whole, std::nullopt, context);
                CHECK(std::holds_alternative<std::vector<write_result>>(made.value()));
                --open;
            }
        };
        for (int round = 0; round < 20; ++round) {
            open = 2;
            here.b.tasks.spawn(change::twice(here.store, milk, bread, 2 * round, open));
            here.b.tasks.spawn(change::twice(other, bread, milk, 2 * round + 1, open));
            while (open > 0)
                co_await runtime::sleep_for(1ms);
        }
    });
    CHECK(s.b.count("select sum(version) from todos") == 2 * 41);
    CHECK(s.b.count("select count(*) from events") == 2 * 41);
    CHECK(s.b.count("select deadlocks from pg_stat_database where datname = current_database()") == 0);
}

TEST_CASE("a set over the limit is rejected before it is queued") {
    shop s;
    bool refused = false;
    s.run([&refused](shop& here) -> runtime::task<> {
        try {
            co_await here.write(write_set(most_writes_in_set + 1, create_todo{titled("t")}));
        } catch (const std::length_error&) {
            refused = true;
        }
        const auto whole = co_await here.write(write_set(most_writes_in_set, create_todo{titled("t")}));
        CHECK(std::get<std::vector<write_result>>(whole).size() == most_writes_in_set);
    });
    CHECK(refused);
    CHECK(s.b.count("select count(*) from todos") == static_cast<std::int64_t>(most_writes_in_set));
}
