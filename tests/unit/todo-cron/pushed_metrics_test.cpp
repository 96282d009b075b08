#include "domain/pushed_metrics.hpp"

#include "support/catch.hpp"

using tidings::todo_cron::pushed_metrics;

TEST_CASE("only the job's own metrics are pushed") {
    const std::string own =
        "# HELP todo_cron_runs_total Runs.\n# TYPE todo_cron_runs_total counter\n"
        "todo_cron_runs_total{result=\"done\"} 1\n";
    const std::string other =
        "# HELP process_open_fds About todo_cron_ files.\n# TYPE process_open_fds gauge\nprocess_open_fds 5\n"
        "build_info{service=\"todo_cron_\"} 1\n";
    CHECK(pushed_metrics(other + own + other) == own);
    CHECK(pushed_metrics(other).empty());
    CHECK(pushed_metrics("").empty());
    CHECK(pushed_metrics("todo_cron_x 1") == "todo_cron_x 1");
}
