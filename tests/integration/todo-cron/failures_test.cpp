#include "stand_in.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_cron_test;
using namespace std::chrono_literals;

TEST_CASE("a permanent rejection by the backend is not retried") {
    const unsigned code = GENERATE(400U, 401U, 403U, 404U, 422U);
    stand_in world;
    world.redirect("/wiki/Aachen");
    world.answer(todos, status(code));
    const auto run = run_cron(world);
    CHECK(run.code == 2);
    CHECK(world.requests(todos).size() == 1);
    CHECK(run.output.find("as the test wants it") != std::string::npos);
}

TEST_CASE("a page that does not redirect is a configuration error") {
    const unsigned code = GENERATE(200U, 404U);
    stand_in world;
    world.answer(random_page, status(code));
    CHECK(run_cron(world).code == 2);
    CHECK(world.requests(random_page).size() == 1);
    CHECK(world.requests(todos).empty());
}

TEST_CASE("an unreachable backend uses up the run time and is a temporary failure") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    world.answer(todos, status(503));
    CHECK(run_cron(world, {{"RUN_TIMEOUT", "300ms"}}).code == 1);
    CHECK(world.requests(todos).size() > 3);
}

TEST_CASE("a Retry-After beyond the run time ends the run immediately") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    world.answer(todos, status(503, {{"Retry-After", "3600"}}));
    CHECK(run_cron(world, {{"RUN_TIMEOUT", "1h"}}).code == 1);
    CHECK(world.requests(todos).size() == 1);
}

TEST_CASE("an unresponsive backend is retried until the run time is over") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    world.answer(todos, status(0));
    CHECK(run_cron(world, {{"RUN_TIMEOUT", "500ms"}, {"REQUEST_TIMEOUT", "50ms"}}).code == 1);
    CHECK(world.requests(todos).size() > 1);
}

TEST_CASE("a backend that starts during the run gets its to-do") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    const auto backend_port = support::free_port();
    const auto metrics_port = support::free_port();
    const support::temp_dir dir;
    auto cron = start_cron(world, dir,
                           {{"BACKEND_URL", "http://127.0.0.1:" + std::to_string(backend_port)},
                            {"METRICS_PORT", std::to_string(metrics_port)}});
    const std::string metrics = "http://127.0.0.1:" + std::to_string(metrics_port) + "/metrics";
    REQUIRE(support::eventually([&] {
        try {
            const auto text = support::http_call("GET", metrics).body;
            return support::metric_value(text, R"(todo_cron_attempts_total{outcome="connect_failed"})").value_or(0) > 1;
        } catch (const std::runtime_error&) {
            return false;
        }
    }));
    stand_in backend(backend_port);
    backend.answer(todos, http::json_response(201, "{}"));
    CHECK(cron.wait(30s) == 0);
    CHECK(backend.requests(todos).size() == 1);
}

TEST_CASE("a run that is asked to stop ends immediately, as a temporary failure") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    world.answer(todos, status(0));
    const support::temp_dir dir;
    auto cron = start_cron(world, dir, {{"REQUEST_TIMEOUT", "1m"}, {"RUN_TIMEOUT", "1m"}});
    REQUIRE(support::eventually([&] { return !world.requests(todos).empty(); }));
    CHECK(cron.stop(20s) == 1);
}

TEST_CASE("a bad configuration is reported before any request") {
    const stand_in world;
    const auto run = run_cron(world, {{"SCHEDULED_AT", "noon"}, {"BACKEND_URL", "be:1"}, {"RETRY_PAUSE", "soon"}});
    CHECK(run.code == 2);
    CHECK(run.output.find("todo-cron cannot start:") != std::string::npos);
    CHECK(run.output.find("SCHEDULED_AT: not an RFC 3339 time") != std::string::npos);
    CHECK(run.output.find("BACKEND_URL: not an http:// or https:// URL") != std::string::npos);
    CHECK(run.output.find("RETRY_PAUSE: 'soon' is not a duration") != std::string::npos);
    CHECK(world.requests(random_page).empty());
    CHECK(run_cron(world, {}, {"--schedule"}).code == 2);
    CHECK(run_cron(world, {}, {"--config", "/nonexistent"}).code == 2);
}
