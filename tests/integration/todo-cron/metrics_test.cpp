#include "observe/metrics.hpp"

#include "stand_in.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_cron_test;

TEST_CASE("a success replaces the job's metrics on the Pushgateway") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    world.answer(todos, status(500));
    world.answer(todos, http::json_response(201, "{}"));
    world.answer(pushed, status(200));
    CHECK(run_cron(world, {{"PUSHGATEWAY_URL", world.url() + "/"}}).code == 0);
    const auto pushes = world.requests(pushed);
    REQUIRE(pushes.size() == 1);
    CHECK(pushes[0].method == http::method::put);
    CHECK(pushes[0].header("content-type").starts_with("text/plain"));
    const auto value = [&](const std::string& series) { return support::metric_value(pushes[0].body, series); };
    CHECK(value(R"(todo_cron_runs_total{result="done"})") == 1.0);
    CHECK(value(R"(todo_cron_attempts_total{outcome="500"})") == 1.0);
    CHECK(value(R"(todo_cron_attempts_total{outcome="201"})") == 1.0);
    CHECK(value(R"(todo_cron_wikipedia_requests_total{outcome="302"})") == 1.0);
    CHECK(value("todo_cron_last_success_timestamp_seconds").value_or(0) > 1.7e9);
    CHECK(value("todo_cron_duration_seconds").value_or(-1) >= 0);
    CHECK_FALSE(value("process_open_fds"));
}

TEST_CASE("a failure leaves the last success on the Pushgateway") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    world.answer(todos, status(401));
    world.answer(pushed, status(200));
    CHECK(run_cron(world, {{"PUSHGATEWAY_URL", world.url()}}).code == 2);
    const auto pushes = world.requests(pushed);
    REQUIRE(pushes.size() == 1);
    CHECK(pushes[0].method == http::method::post);
    CHECK(support::metric_value(pushes[0].body, R"(todo_cron_runs_total{result="permanent_failure"})") == 1.0);
    CHECK_FALSE(support::metric_value(pushes[0].body, "todo_cron_last_success_timestamp_seconds"));
}

TEST_CASE("an unreachable Pushgateway does not affect the run") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    world.answer(todos, http::json_response(201, "{}"));
    const auto run = run_cron(world, {{"PUSHGATEWAY_URL", "http://127.0.0.1:" + std::to_string(support::free_port())}});
    CHECK(run.code == 0);
    CHECK(run.output.find("metrics were not pushed") != std::string::npos);
}

TEST_CASE("a metrics port in use does not prevent the to-do") {
    stand_in world;
    world.redirect("/wiki/Aachen");
    world.answer(todos, http::json_response(201, "{}"));
    observe::metrics other("test");
    const auto run = run_cron(world, {{"METRICS_PORT", std::to_string(other.serve(0))}});
    CHECK(run.code == 0);
    CHECK(run.output.find("metrics are not served") != std::string::npos);
}
