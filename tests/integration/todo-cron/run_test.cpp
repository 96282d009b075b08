#include "http/message/problem.hpp"
#include "stand_in.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_cron_test;

namespace {

http::response reused_key() { return http::problem(422, "this Idempotency-Key was used before with another body"); }

}  // namespace

TEST_CASE("one run creates one to-do with the article's URL") {
    stand_in world;
    world.redirect("https://en.wikipedia.org/wiki/Aachen");
    world.answer(todos, http::json_response(201, "{}"));
    const auto run = run_cron(world, {{"API_TOKEN", "t0ken"}});
    INFO(run.output);
    CHECK(run.code == 0);

    const auto pages = world.requests(random_page);
    REQUIRE(pages.size() == 1);
    CHECK(pages[0].header("user-agent").starts_with("tidings-todo-cron/"));
    const auto made = world.requests(todos);
    REQUIRE(made.size() == 1);
    CHECK(made[0].body == R"({"title":"Read https://en.wikipedia.org/wiki/Aachen"})");
    CHECK(made[0].header("content-type") == "application/json");
    CHECK(made[0].header("idempotency-key") == "todo-cron-2026-01-31T12");
    CHECK(made[0].header("authorization") == "Bearer t0ken");
    CHECK(run.output.find("t0ken") == std::string::npos);
}

TEST_CASE("a relative Location is resolved, and without a token none is sent") {
    stand_in world;
    world.redirect("/wiki/M%C3%BCnchen");
    world.answer(todos, http::json_response(201, "{}"));
    CHECK(run_cron(world, {{"BACKEND_URL", world.url() + "/api/"}}).code == 0);
    const auto made = world.requests(todos);
    REQUIRE(made.size() == 1);
    CHECK(made[0].body == "{\"title\":\"Read " + world.url() + "/wiki/M%C3%BCnchen\"}");
    CHECK(made[0].header("authorization").empty());
}

TEST_CASE("a rerun of the same hour is a success that adds nothing") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    world.answer(todos, reused_key());
    const auto run = run_cron(world);
    CHECK(run.code == 0);
    CHECK(world.requests(todos).size() == 1);
    CHECK(run.output.find(R"("result":"already_done")") != std::string::npos);
}

TEST_CASE("a replayed response of the backend is a success that adds nothing") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    auto repeated = http::json_response(201, "{}");
    repeated.headers.emplace_back("Idempotent-Replayed", "true");
    world.answer(todos, repeated);
    const auto run = run_cron(world);
    CHECK(run.code == 0);
    CHECK(run.output.find(R"("result":"already_done")") != std::string::npos);
}

TEST_CASE("the hour can be set on the command line") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    world.answer(todos, http::json_response(201, "{}"));
    CHECK(run_cron(world, {}, {"--scheduled-at", "2026-02-01T00:30:00+05:30"}).code == 0);
    CHECK(world.requests(todos).at(0).header("idempotency-key") == "todo-cron-2026-01-31T19");
}

TEST_CASE("every retry sends the same request while the backend may recover") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    world.redirect("/wiki/Bonn");
    for (const unsigned code : {500U, 409U, 429U, 502U})
        world.answer(todos, status(code));
    world.answer(todos, http::json_response(201, "{}"));
    CHECK(run_cron(world).code == 0);
    const auto made = world.requests(todos);
    REQUIRE(made.size() == 5);
    for (const auto& r : made) {
        CHECK(r.body == made[0].body);
        CHECK(r.header("idempotency-key") == "todo-cron-2026-01-31T12");
    }
    CHECK(world.requests(random_page).size() == 1);
}

TEST_CASE("Retry-After is honoured") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    world.answer(todos, status(503, {{"Retry-After", "1"}}));
    world.answer(todos, http::json_response(201, "{}"));
    const auto start = std::chrono::steady_clock::now();
    CHECK(run_cron(world).code == 0);
    CHECK(std::chrono::steady_clock::now() - start >= std::chrono::seconds(1));
    CHECK(world.requests(todos).size() == 2);
}

TEST_CASE("a busy random page is retried") {
    stand_in world;
    world.answer(random_page, status(429));
    world.answer(random_page, status(503));
    world.redirect("/wiki/Aachen");
    world.answer(todos, http::json_response(201, "{}"));
    CHECK(run_cron(world).code == 0);
    CHECK(world.requests(random_page).size() == 3);
}

TEST_CASE("the options --help and --version need no configuration") {
    const stand_in world;
    const auto help = run_cron(world, {{"BACKEND_URL", "nonsense"}}, {"--help"});
    CHECK(help.code == 0);
    for (const std::string name : {"BACKEND_URL", "WIKIPEDIA_URL", "API_TOKEN", "PUSHGATEWAY_URL", "RUN_TIMEOUT"})
        CHECK(help.output.find(name) != std::string::npos);
    CHECK(run_cron(world, {}, {"--version"}).output.starts_with("todo-cron "));
}
