// Many operations in one request and one commit.
#include "backend.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
namespace json = boost::json;

namespace {

support::http_answer sent(const backend& be, const std::string& operations, const std::string& more = {},
                          headers h = {}) {
    h.emplace_back("Content-Type", "application/json");
    return be.call("POST", "/api/todos:batch", R"({"operations":[)" + operations + "]" + more + "}", std::move(h));
}

std::string on(const std::string& verb, const std::string& id, const std::string& more = {}) {
    return R"({"op":")" + verb + R"(","id":")" + id + '"' + more + "}";
}

json::array results_of(const support::http_answer& answer) { return json_of(answer).at("results").as_array(); }

std::string statuses(const support::http_answer& answer) {
    std::string text;
    INFO(answer.body);
    for (const auto& r : results_of(answer))
        text += std::to_string(r.as_object().at("status").as_int64()) + ' ';
    return text;
}

std::string query(const servers& world, const std::string& sql) {
    return support::query(world.postgres.url(), sql).at(0).at(0);
}

}  // namespace

TEST_CASE("a batch creates, changes, completes and deletes in one commit, its events in order") {
    const servers world;
    const auto be = world.start();
    const auto milk = id_of(be.post(R"({"title":"milk"})"));
    const auto bread = id_of(be.post(R"({"title":"bread"})"));
    const auto done = sent(be, R"({"op":"create","todo":{"title":"eggs","parent":")" + milk + "\"}}," +
                                   on("change", milk, R"(,"version":1,"todo":{"notes":"two"})") + "," +
                                   on("complete", milk) + "," + on("delete", bread));
    CHECK(done.status == 200);
    CHECK(statuses(done) == "201 200 200 204 ");
    const auto results = results_of(done);
    CHECK(json::value(be.get(milk)) == results[2].as_object().at("todo"));
    CHECK(json::value(be.get(text_of(results[0].at_pointer("/todo/id")))) == results[0].as_object().at("todo"));
    CHECK(query(world, "select string_agg(split_part(type, '.', 4), ' ' order by seq) from events where seq > 2") ==
          "created updated completed deleted");
    CHECK(query(world, "select count(distinct xmin::text) from events where seq > 2") == "1");
}

TEST_CASE("an atomic batch of which one operation cannot be done does nothing") {
    const servers world;
    const auto be = world.start();
    const auto milk = id_of(be.post(R"({"title":"milk"})"));
    const auto refused = sent(be, on("complete", milk) + "," + on("delete", milk, R"(,"version":1)"));
    CHECK(is_problem(refused, 409));
    CHECK(refused.body.find(R"("field":"/operations/1")") != std::string::npos);
    CHECK(is_problem(sent(be, on("complete", milk) + R"(,{"op":"create","todo":{"title":""}})"), 422));
    CHECK(is_problem(sent(be, ""), 422));
    CHECK(be.get(milk).at("version").as_int64() == 1);
    CHECK(query(world, "select count(*) from events") == "1");
}

TEST_CASE("a batch that need not be whole does what can be done, in one commit") {
    const servers world;
    const auto be = world.start();
    const auto milk = id_of(be.post(R"({"title":"milk"})"));
    const auto answer = sent(
        be,
        on("complete", milk, R"(,"version":9)") + "," + on("delete", "01890a5d-ac96-774b-bcce-b302099a8057") +
            R"(,{"op":"create","todo":{"title":""}},{"op":"create","todo":{"title":"eggs"}},)" + on("complete", milk),
        R"(,"atomic":false)");
    CHECK(answer.status == 207);
    CHECK(statuses(answer) == "412 404 422 201 200 ");
    CHECK(be.get(milk).at("done").as_bool());
    CHECK(query(world, "select count(distinct xmin::text) || ' ' || count(*) from events where seq > 1") == "1 2");
    const auto nothing = sent(be, on("delete", "01890a5d-ac96-774b-bcce-b302099a8057"), R"(,"atomic":false)");
    CHECK(nothing.status == 207);
    CHECK(statuses(nothing) == "404 ");
}

TEST_CASE("a batch with a key is done once") {
    const servers world;
    const auto be = world.start();
    for (const auto* more : {"", R"(,"atomic":false)"}) {
        const headers key = {{"Idempotency-Key", std::string("k") + more}};
        const std::string create = R"({"op":"create","todo":{"title":"eggs"}},{"op":"create","todo":{"title":"milk"}})";
        const auto first = sent(be, create, more, key);
        const auto again = sent(be, create, more, key);
        CHECK(again.status == first.status);
        CHECK(again.body == first.body);
        CHECK(first.header("idempotent-replayed").empty());
        CHECK(again.header("idempotent-replayed") == "true");
        CHECK(is_problem(sent(be, create + "," + create, more, key), 422));
    }
    CHECK(query(world, "select count(*) from todos") == "4");
}

TEST_CASE("a thousand to-dos are created, completed and deleted by a batch each") {
    const servers world;
    const auto be = world.start();
    std::string create, complete, remove;
    for (int i = 0; i < 1000; ++i)
        create += std::string(i == 0 ? "" : ",") + R"({"op":"create","todo":{"title":")" + std::to_string(i) + "\"}}";
    const auto made = sent(be, create);
    REQUIRE(made.status == 200);
    for (const auto& r : results_of(made)) {
        const auto id = text_of(r.at_pointer("/todo/id"));
        complete += (complete.empty() ? "" : ",") + on("complete", id);
        remove += (remove.empty() ? "" : ",") + on("delete", id);
    }
    CHECK(sent(be, complete).status == 200);
    CHECK(query(world, "select count(*) from todos where done") == "1000");
    CHECK(sent(be, remove).status == 200);
    CHECK(query(world, "select count(*) from todos") == "0");
    CHECK(query(world, "select count(*) from events") == "3000");
    CHECK(is_problem(sent(be, create + R"(,{"op":"create","todo":{"title":"x"}})"), 422));
}

TEST_CASE("a batch that concerns too many to-dos, or too large ones, is refused") {
    const servers world;
    const auto be = world.start();
    support::query(
        world.postgres.url(),
        "insert into todos (id, title, done, priority, labels, version, created_at, updated_at, notes) "
        "select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 't', false, 'none', '{}', 1, now(), "
        "now(), repeat('n', 8192) from generate_series(1, 300) n");
    std::string remove;
    for (int i = 1; i <= 300; ++i) {
        const auto digits = std::to_string(i);
        remove += (remove.empty() ? "" : ",") +
                  on("delete", "00000000-0000-7000-8000-" + std::string(12 - digits.size(), '0') + digits);
    }
    CHECK(is_problem(sent(be, remove), 422));
    CHECK(query(world, "select count(*) from todos") == "300");
    CHECK(sent(be, remove.substr(0, remove.find(R"(,{"op":"delete","id":"00000000-0000-7000-8000-000000000200")")))
              .status == 200);
    CHECK(is_problem(
        be.call("POST", "/api/todos:batch", std::string(1'048'577, ' '), {{"Content-Type", "application/json"}}), 413));
}
