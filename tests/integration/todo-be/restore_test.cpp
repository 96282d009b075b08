// A deleted to-do can be restored, for a while.
#include <thread>

#include "backend.hpp"
#include "shop.hpp"
#include "store/write/row_retention.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
namespace json = boost::json;

namespace {

support::http_answer restored(const backend& be, const std::string& id, headers h = {}) {
    return be.call("POST", "/api/todos/" + id + ":restore", {}, std::move(h));
}

std::string types_of_events(const servers& world) {
    return support::query(world.postgres.url(),
                          "select string_agg(split_part(type, '.', 4), ' ' order by seq) from events")
        .at(0)
        .at(0);
}

}  // namespace

TEST_CASE("a deleted to-do is restored as it was") {
    const servers world;
    const auto be = world.start();
    const auto id = id_of(be.post(
        R"({"title":"milk","done":true,"order":1.5,"due":"2026-12-24","due_time_zone":"Europe/Berlin","labels":["a"],"notes":"n"})"));
    auto before = be.get(id);
    CHECK(be.call("DELETE", "/api/todos/" + id).status == 204);
    CHECK(is_problem(be.call("GET", "/api/todos/" + id), 404));
    CHECK(json_of(be.call("GET", "/api/todos")).at("items").as_array().empty());

    CHECK(is_problem(restored(be, id, {{"If-Match", "\"1\""}}), 412));
    const auto back = restored(be, id, {{"If-Match", "\"2\""}});
    CHECK(back.status == 200);
    CHECK(back.header("etag") == "\"3\"");
    CHECK(be.call("GET", "/api/todos/" + id).body == back.body);
    auto after = json_of(back);
    for (auto* todo : {&before, &after}) {
        todo->erase("version");
        todo->erase("updated_at");
    }
    CHECK(after == before);
    CHECK(json_of(be.call("GET", "/api/todos")).at("items").as_array().size() == 1);
    CHECK(restored(be, id).body == back.body);
    CHECK(be.patch(id, R"({"done":false})").status == 200);
    CHECK(types_of_events(world) == "created deleted restored reopened");
    CHECK(is_problem(restored(be, "01890a5d-ac96-774b-bcce-b302099a8057"), 404));
    CHECK(is_problem(restored(be, "x"), 404));
}

TEST_CASE("a to-do is restored with the subtasks that were deleted with it") {
    const servers world;
    const auto be = world.start();
    const auto shopping = id_of(be.post(R"({"title":"shopping"})"));
    const auto under = R"({"title":"x","parent":")" + shopping + "\"}";
    const auto bread = id_of(be.post(under));
    CHECK(be.call("DELETE", "/api/todos/" + bread).status == 204);
    const auto milk = id_of(be.post(under));
    CHECK(be.call("DELETE", "/api/todos/" + shopping).status == 204);
    CHECK(restored(be, shopping).status == 200);
    CHECK(text_of(be.get(milk).at("parent")) == shopping);
    CHECK(is_problem(be.call("GET", "/api/todos/" + bread), 404));
    CHECK(text_of(json_of(restored(be, bread)).at("parent")) == shopping);
    CHECK(json_of(be.call("GET", "/api/todos?parent=" + shopping)).at("items").as_array().size() == 2);

    CHECK(be.call("DELETE", "/api/todos/" + shopping).status == 204);
    CHECK(json_of(restored(be, milk)).at("parent").is_null());
    CHECK(restored(be, shopping).status == 200);
    CHECK(json_of(be.call("GET", "/api/todos?parent=" + shopping)).at("items").as_array().size() == 1);
}

TEST_CASE("a to-do restored by several replicas at once comes back once") {
    const servers world;
    const auto a = world.start();
    const auto b = world.start();
    const auto id = id_of(a.post(R"({"title":"x"})"));
    CHECK(a.call("DELETE", "/api/todos/" + id).status == 204);
    std::vector<std::string> bodies(8);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < bodies.size(); ++i)
        threads.emplace_back([&, i] { bodies[i] = restored(i % 2 == 0 ? a : b, id).body; });
    for (auto& t : threads)
        t.join();
    for (const auto& body : bodies)
        CHECK(body == bodies[0]);
    CHECK(types_of_events(world) == "created deleted restored");
}

TEST_CASE("a to-do that is there although it was deleted can be deleted again, and its last state is restored") {
    const servers world;
    const auto be = world.start();
    const auto shopping = id_of(be.post(R"({"title":"shopping"})"));
    const auto milk = id_of(be.post(R"({"title":"milk","parent":")" + shopping + "\"}"));
    CHECK(be.call("DELETE", "/api/todos/" + shopping).status == 204);
    // By hand, or from a backup.
    support::query(world.postgres.url(),
                   "insert into todos (id, title, done, priority, labels, version, created_at, "
                   "updated_at, parent) select id, 'oat milk', done, priority, labels, 7, "
                   "created_at, updated_at, parent from deleted_todos where title = 'milk'");
    CHECK(restored(be, shopping).status == 200);
    CHECK(text_of(be.get(milk).at("title")) == "oat milk");
    support::query(world.postgres.url(),
                   "insert into deleted_todos select (jsonb_populate_record(null::deleted_todos, to_jsonb(t) || "
                   "jsonb_build_object('deleted_at', now()))).* from todos t where title = 'shopping'");
    CHECK(be.patch(shopping, R"({"title":"groceries"})").status == 200);
    CHECK(be.call("DELETE", "/api/todos/" + shopping).status == 204);
    CHECK(be.call("DELETE", "/api/todos/" + milk).status == 404);
    CHECK(text_of(json_of(restored(be, shopping)).at("title")) == "groceries");
    CHECK(text_of(be.get(milk).at("title")) == "oat milk");
}

TEST_CASE("what was deleted long ago is gone for good") {
    bench b;
    b.run(migrate(b.ctx, b.connect));
    b.count(
        "insert into deleted_todos (id, title, done, priority, labels, notes, due_whole_day, adoptions, version, "
        "created_at, "
        "updated_at, deleted_at) select gen_random_uuid(), 't', false, 'none', '{}', '', false, 0, 2, now(), now(), "
        "now() - n * interval '1 hour' from generate_series(1, 1500) n; select 0");
    apply_once(b, deleted_retention(std::chrono::hours(24)));
    CHECK(b.count("select count(*) from deleted_todos") == 23);
}
