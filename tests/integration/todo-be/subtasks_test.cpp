// Subtasks: through the API, and with two replicas at work.
#include "backend.hpp"
#include "shop.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

std::string under(const std::string& parent, const std::string& title = "milk") {
    return R"({"title":")" + title + R"(","parent":")" + parent + "\"}";
}

// What is wrong with /parent.
std::string refused_for(const support::http_answer& answer) {
    INFO(answer.body);
    REQUIRE(is_problem(answer, 422));
    const auto error = json_of(answer).at("errors").as_array().at(0).as_object();
    CHECK(text_of(error.at("field")) == "/parent");
    return text_of(error.at("detail"));
}

std::size_t count_in(const backend& be, const std::string& query) {
    return json_of(be.call("GET", "/api/todos" + query)).at("items").as_array().size();
}

}  // namespace

TEST_CASE("a to-do has subtasks, which are listed and go with it") {
    const servers world;
    const auto be = world.start();
    const auto shopping = id_of(be.post(R"({"title":"shopping"})"));
    const auto other = id_of(be.post(R"({"title":"other"})"));
    const auto milk = id_of(be.post(under(shopping), {{"Idempotency-Key", "k"}}));
    CHECK(be.post(under(shopping), {{"Idempotency-Key", "k"}}).header("idempotent-replayed") == "true");
    const auto bread = id_of(be.post(R"({"title":"bread"})"));
    CHECK(be.patch(bread, R"({"parent":")" + shopping + "\"}").status == 200);
    CHECK(text_of(be.get(milk).at("parent")) == shopping);
    CHECK(be.get(shopping).at("version").as_int64() == 1);
    CHECK(count_in(be, "?parent=" + shopping) == 2);

    CHECK(refused_for(be.patch(other, R"({"parent":")" + milk + "\"}")).find("subtask itself") != std::string::npos);
    CHECK(refused_for(be.patch(shopping, R"({"parent":")" + other + "\"}")).find("has subtasks") != std::string::npos);
    CHECK(refused_for(be.patch(other, R"({"parent":")" + other + "\"}")).find("own subtask") != std::string::npos);
    CHECK(refused_for(be.post(under("01890a5d-ac96-774b-bcce-b302099a8057"))).find("no to-do") != std::string::npos);
    CHECK(is_problem(be.patch(bread, R"({"parent":null})", {{"If-Match", "\"1\""}}), 412));

    CHECK(be.patch(bread, R"({"parent":null})").status == 200);
    CHECK(be.call("DELETE", "/api/todos/" + shopping, {}, {{"If-Match", "\"1\""}}).status == 204);
    CHECK(is_problem(be.call("GET", "/api/todos/" + milk), 404));
    CHECK(count_in(be, "") == 2);
}

TEST_CASE("two replicas never make a second level of subtasks, nor leave one without its parent") {
    shop s;
    pg_todo_store other(s.b.ctx, store_options(s.b), [](const commit_notice&) {});
    s.run([&other](shop& here) -> runtime::task<> {
        here.b.tasks.spawn(other.run());
        while (!other.connected())
            co_await runtime::sleep_for(5ms);
        for (int round = 0; round < 50; ++round) {
            const auto a = co_await here.create("a");
            const auto b = co_await here.create("b");
            const auto c = co_await here.create("c");
            const auto d = co_await here.create("d");
            const auto e = co_await here.create("e");
            const change_todo b_under_a{b, {.parent = a}, {}};
            const change_todo a_under_c{a, {.parent = c}, {}};
            const change_todo e_under_d{e, {.parent = d}, {}};
            int done = 0;
            const auto submit = [&done](auto write) -> runtime::task<> {
                (void)co_await std::move(write);
                ++done;
            };
            here.b.tasks.spawn(submit(here.store.change(b_under_a, here.context)));
            here.b.tasks.spawn(submit(other.change(a_under_c, here.context)));
            here.b.tasks.spawn(submit(here.store.change(e_under_d, here.context)));
            here.b.tasks.spawn(submit(other.remove({d, {}}, here.context)));
            while (done < 4)
                co_await runtime::sleep_for(1ms);
        }
    });
    CHECK(s.b.count("select count(*) from todos t join todos p on t.parent = p.id where p.parent is not null") == 0);
    CHECK(s.b.count(
              "select count(*) from todos t where parent is not null and not exists (select from todos p where p.id = "
              "t.parent)") == 0);
    CHECK(s.b.count("select deadlocks from pg_stat_database where datname = current_database()") == 0);
}
