// From the released schema to this one, with replicas of both programs at work.
#include "shop.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace tidings::todo_be_test;

namespace {

constexpr std::size_t released = 2;  // migrations of the program before
const auto old_id = *ids::uuid::parse("01890a5d-ac96-774b-bcce-b302099a8057");

// What the program before sends, with its values.
constexpr const char* old_create =
    R"(insert into todos (id, title, done, "order", due, priority, labels, version, created_at, updated_at, done_at)
    select id, title, done, place, due, priority, labels::text[], 1, made_at, made_at, done_at
    from unnest(array['01890a5d-ac96-774b-bcce-b302099a8057']::uuid[], array['milk'], array[false], array[7::bigint],
                array['2026-01-31T12:00:00Z'::timestamptz], array['low'], array['{"a"}'], array[now()], array[null]::timestamptz[])
         as input (id, title, done, place, due, priority, labels, made_at, done_at); select 0)";
constexpr const char* old_retitle =
    R"(update todos t set title = 'bread', done = false, "order" = 7, due = t.due, priority = 'low', labels = '{}',
    version = t.version + 1, updated_at = now(), done_at = null; select 0)";
constexpr const char* old_find =
    R"(select count(*) from (select id, title, done, "order", (extract(epoch from due) * 1000000)::bigint, priority,
    array_to_json(labels), version, created_at, updated_at, done_at from todos where title = 'milk') t)";

}  // namespace

TEST_CASE("a to-do of before the upgrade has the defaults of the new fields") {
    shop s;
    s.b.run(migrate(s.b.ctx, s.b.connect, migrations().first(released)));
    s.b.count(old_create);
    s.run([](shop& here) -> runtime::task<> {
        const auto found = (co_await here.store.find(default_user, old_id)).value();
        CHECK(found.fields.title == "milk");
        CHECK(found.fields.order == 7);
        CHECK(found.fields.due == parse_due_date("2026-01-31T12:00:00Z"));
        CHECK_FALSE(found.fields.due_time_zone);
        CHECK(found.fields.notes.empty());
        CHECK_FALSE(found.fields.parent);
    });
}

TEST_CASE("a replica of before works beside this one, and keeps fields that it does not know") {
    shop s;
    s.run([](shop& here) -> runtime::task<> {
        auto fields = titled("milk");
        fields.notes = "two litres";
        fields.due = parse_due_date("2026-01-31");
        fields.due_time_zone = "Europe/Berlin";
        auto made = co_await here.store.create(fields, std::nullopt, here.context);
        const auto first = std::get<written_todo>(made.value()).state;
        CHECK(co_await here.count(old_find) == 1);
        co_await here.count(old_retitle);
        fields.title = "bread";
        fields.order = 7;
        fields.priority = priority::low;
        CHECK((co_await here.store.find(default_user, first.id)).value().fields == fields);
        // It reads the whole part of an order, and its own counts.
        co_await here.count("update todos set \"order\" = 1, order_exact = 1.5; select 0");
        CHECK((co_await here.store.find(default_user, first.id)).value().fields.order == 1.5);
        co_await here.count("update todos set \"order\" = 7; select 0");
        CHECK((co_await here.store.find(default_user, first.id)).value().fields == fields);
        // It gives a time to what was a whole day.
        co_await here.count("update todos set due = '2026-02-01T08:00:00Z'; select 0");
        fields.due = parse_due_date("2026-02-01T08:00:00Z");
        CHECK((co_await here.store.find(default_user, first.id)).value().fields == fields);
    });
    s.b.count(old_create);
    CHECK(s.b.count("select count(*) from todos where notes = '' and not due_whole_day and due_time_zone is null") ==
          1);
}

TEST_CASE("an upgrade gives way while a long statement reads the to-dos") {
    bench b;
    b.run(migrate(b.ctx, b.connect, migrations().first(released)));
    struct dump {
        static runtime::task<> during(bench& on) {
            const auto reader = co_await pg::connection::open(on.ctx, on.connect);
            co_await reader->execute("begin; select count(*) from todos");
            std::string failed;
            try {
                co_await migrate(on.ctx, on.connect);
            } catch (const pg::error& e) {
                failed = e.sqlstate;
                CHECK(e.unavailable());  // so that the program tries again
            }
            CHECK(failed == "55P03");
            co_await reader->execute("commit");
            co_await migrate(on.ctx, on.connect);
        }
    };
    b.run(dump::during(b));
    CHECK(b.count("select count(*) from schema_migrations") == static_cast<std::int64_t>(migrations().size()));
}
