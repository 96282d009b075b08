// Idempotency-Key beside the changes of one to-do: restoring, moving, clearing, and keys that are in use right now.
#include <boost/json/serialize.hpp>
#include <set>
#include <thread>

#include "backend.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

headers key(const std::string& name) { return {{"Idempotency-Key", name}, {"Content-Type", "application/json"}}; }

std::string made(const backend& be, const std::string& members) { return id_of(be.post("{" + members + "}")); }

std::string one_value(const servers& world, const std::string& sql) {
    return support::query(world.postgres.url(), sql).at(0).at(0);
}

bool is_replay(const support::http_answer& again, const support::http_answer& first) {
    return again.status == first.status && again.body == first.body && again.header("etag") == first.header("etag") &&
           again.header("idempotent-replayed") == "true" && first.header("idempotent-replayed").empty();
}

}  // namespace

TEST_CASE("a to-do is restored once for a key, whatever became of it since") {
    const servers world;
    const auto be = world.start();
    const auto id = made(be, R"("title":"milk")");
    const auto path = "/api/todos/" + id;
    REQUIRE(be.call("DELETE", path).status == 204);
    const auto first = be.call("POST", path + ":restore", {}, key("a"));
    CHECK(first.status == 200);
    REQUIRE(be.call("DELETE", path).status == 204);
    CHECK(is_replay(be.call("POST", path + ":restore", {}, key("a")), first));
    CHECK(be.call("GET", path).status == 404);
    CHECK(one_value(world, "select count(*) from events where type = 'io.tidings.todo.restored.v1'") == "1");
    CHECK(is_problem(be.call("POST", "/api/todos/" + made(be, R"("title":"x")") + ":restore", {}, key("a")), 422));
    CHECK(be.call("POST", path + ":restore", {}, key("b")).status == 200);
}

TEST_CASE("restoring what is not deleted keeps the key as well") {
    const servers world;
    const auto be = world.start();
    const auto path = "/api/todos/" + made(be, R"("title":"milk")");
    const auto first = be.call("POST", path + ":restore", {}, key("a"));
    CHECK(first.status == 200);
    REQUIRE(be.call("DELETE", path).status == 204);
    CHECK(is_replay(be.call("POST", path + ":restore", {}, key("a")), first));
    CHECK(be.call("GET", path).status == 404);
}

TEST_CASE("to-dos are moved once for a key, even when they are gone since") {
    const servers world;
    const auto be = world.start();
    const auto one = made(be, R"("title":"one","order":1)"), two = made(be, R"("title":"two","order":2)");
    const auto body = R"({"ids":[")" + two + R"("],"before":")" + one + "\"}";
    const auto move = [&](const std::string& name) { return be.call("POST", "/api/todos:reorder", body, key(name)); };
    const auto first = move("a");
    CHECK(first.status == 200);
    CHECK(is_replay(move("a"), first));
    const auto nothing_to_do = move("b");
    CHECK(nothing_to_do.body == R"({"changed":[]})");
    REQUIRE(be.patch(two, R"({"order":9})").status == 200);
    CHECK(is_replay(move("b"), nothing_to_do));
    CHECK(is_replay(move("a"), first));
    CHECK(be.get(two).at("order").as_int64() == 9);
    REQUIRE(be.call("DELETE", "/api/todos/" + one).status == 204);
    CHECK(is_replay(move("a"), first));
    CHECK(is_problem(move("c"), 409));
    const auto other = R"({"ids":[")" + two + R"("],"after":null})";
    CHECK(is_problem(be.call("POST", "/api/todos:reorder", other, key("a")), 422));
}

TEST_CASE("what is done is cleared once for a key, and what was done since stays") {
    const servers world;
    const auto be = world.start();
    const auto clear = [&](const std::string& name) { return be.call("POST", "/api/todos:clear-done", {}, key(name)); };
    made(be, R"("title":"milk","done":true)");
    made(be, R"("title":"bread","done":true)");
    const auto first = clear("a");
    CHECK(first.body == R"({"deleted":2,"more":false})");
    const auto later = made(be, R"("title":"later","done":true)");
    CHECK(is_replay(clear("a"), first));
    CHECK(be.get(later).at("done").as_bool());
    CHECK(clear("b").body == R"({"deleted":1,"more":false})");
    const auto none = clear("c");
    CHECK(none.body == R"({"deleted":0,"more":false})");
    made(be, R"("title":"latest","done":true)");
    CHECK(is_replay(clear("c"), none));
}

TEST_CASE("the key of a clearing in several commits counts what all of them deleted") {
    const servers world;
    const auto be = world.start();
    support::query(world.postgres.url(), R"(
        insert into todos (id, title, done, priority, labels, notes, version, created_at, updated_at, done_at)
        select gen_random_uuid(), 't' || n, true, 'none', '{}', '', 1, now(), now(), now() from generate_series(1, 1200) n;
        select 0)");
    const auto clear = [&] { return be.call("POST", "/api/todos:clear-done", {}, key("a")); };
    const auto first = clear();
    const auto deleted = json_of(first).at("deleted").as_int64();
    CHECK(deleted == 1'200 - std::stoll(one_value(world, "select count(*) from todos")));
    CHECK(deleted >= 500);
    CHECK(is_replay(clear(), first));
}

TEST_CASE("a key that is in use right now is answered when its first request is, on every replica") {
    const servers world;
    const auto a = world.start(), b = world.start();
    const auto path = "/api/todos/" + made(a, R"("title":"milk")");
    const auto ask = [&](const std::string& method, const std::string& target, const std::string& body,
                         const std::string& name) {
        constexpr std::size_t clients = 8;
        std::vector<support::http_answer> answers(clients);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < clients; ++i)
            threads.emplace_back([&, i] { answers[i] = (i % 2 == 0 ? a : b).call(method, target, body, key(name)); });
        for (auto& t : threads)
            t.join();
        std::set<std::string> bodies;
        std::size_t replayed = 0;
        for (const auto& answer : answers) {
            CHECK(answer.status / 100 == 2);
            bodies.insert(answer.body);
            replayed += answer.header("idempotent-replayed") == "true" ? 1 : 0;
        }
        CHECK(bodies.size() == 1);
        CHECK(replayed == clients - 1);
    };
    ask("PATCH", path, R"({"done":true})", "patch");
    ask("POST", "/api/todos:clear-done", {}, "clear");
    ask("POST", path + ":restore", {}, "restore");
    CHECK(one_value(world, "select string_agg(split_part(type, '.', 4), ' ' order by seq) from events") ==
          "created completed deleted restored");
}
