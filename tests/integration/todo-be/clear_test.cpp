// POST /api/todos:clear-done.
#include "backend.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

std::string cleared(const backend& be) {
    const auto answer = be.call("POST", "/api/todos:clear-done");
    CHECK(answer.status == 200);
    return answer.body;
}

std::string query(const servers& world, const std::string& sql) {
    return support::query(world.postgres.url(), sql).at(0).at(0);
}

std::string made(const backend& be, const std::string& members) { return id_of(be.post("{" + members + "}")); }

}  // namespace

TEST_CASE("what is done is deleted, each with its event, and can be restored") {
    const servers world;
    const auto be = world.start();
    made(be, R"("title":"open")");
    const auto milk = made(be, R"("title":"milk","done":true)");
    made(be, R"("title":"bread","done":true)");
    CHECK(cleared(be) == R"({"deleted":2,"more":false})");
    CHECK(query(world, "select string_agg(title, ' ') from todos") == "open");
    CHECK(query(world, "select count(*) from events where type = 'io.tidings.todo.deleted.v1'") == "2");
    CHECK(cleared(be) == R"({"deleted":0,"more":false})");
    CHECK(query(world, "select count(*) from events where type = 'io.tidings.todo.deleted.v1'") == "2");
    CHECK(be.call("POST", "/api/todos/" + milk + ":restore").status == 200);
    CHECK(cleared(be) == R"({"deleted":1,"more":false})");
}

TEST_CASE("done subtasks go with their to-do or without it, and one with an open subtask stays") {
    const servers world;
    const auto be = world.start();
    const auto under = [](const std::string& id, const char* more) {
        return R"("title":"s","parent":")" + id + '"' + more;
    };
    const auto all_done = made(be, R"("title":"all done","done":true)");
    made(be, under(all_done, R"(,"done":true)"));
    made(be, under(all_done, R"(,"done":true)"));
    const auto half_done = made(be, R"("title":"half done","done":true)");
    made(be, under(half_done, R"(,"done":true)"));
    const auto open = made(be, under(half_done, ""));
    const auto not_done = made(be, R"("title":"not done")");
    made(be, under(not_done, R"(,"done":true)"));
    CHECK(cleared(be) == R"({"deleted":5,"more":false})");
    CHECK(query(world, "select string_agg(title, ',' order by title) from todos where parent is null") ==
          "half done,not done");
    CHECK(query(world, "select count(*) from todos where parent is not null") == "1");
    CHECK(be.patch(open, R"({"done":true})").status == 200);
    CHECK(cleared(be) == R"({"deleted":2,"more":false})");
}

TEST_CASE("more than one commit takes is deleted in several, and events are as many") {
    const servers world;
    const auto be = world.start();
    support::query(world.postgres.url(), R"(
        insert into todos (id, title, done, priority, labels, notes, version, created_at, updated_at, done_at)
        select gen_random_uuid(), 't' || n, n % 10 > 0, 'none', '{}', repeat('x', 8000 * (n % 2)), 1, now(), now(),
          case when n % 10 > 0 then now() end
        from generate_series(1, 1400) n; select 0)");
    std::int64_t deleted = 0;
    for (bool more = true; more;) {
        const auto answer = json_of(be.call("POST", "/api/todos:clear-done"));
        deleted += answer.at("deleted").as_int64();
        more = answer.at("more").as_bool();
    }
    CHECK(deleted == 1'260);
    CHECK(query(world, "select count(*) || ' ' || count(distinct todo_id) from events") == "1260 1260");
    CHECK(query(world, "select count(distinct xmin::text) > 2 from events") == "t");
    CHECK(query(world, "select count(*) from todos") == "140");
    CHECK(query(world, "select count(*) from deleted_todos") == "1260");
}
