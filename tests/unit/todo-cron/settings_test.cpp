#include "settings.hpp"

#include "support/catch.hpp"

using namespace tidings;
using namespace std::chrono_literals;

namespace {

todo_cron::settings read(config::environment env, const std::string& scheduled_at = {}) {
    env.try_emplace("BACKEND_URL", "http://be:2506");
    auto in = config::reader::parse("", std::move(env));
    auto s = todo_cron::read_settings(in, scheduled_at);
    in.finish();
    return s;
}

}  // namespace

TEST_CASE("only the backend is required") {
    const auto before = ids::now();
    const auto c = read({});
    CHECK(c.todos_url == "http://be:2506/api/todos");
    CHECK(c.wikipedia_url == "https://en.wikipedia.org/wiki/Special:Random");
    CHECK(c.metrics.port == 7777);
    CHECK(c.run_timeout == 5min);
    CHECK(c.scheduled_at >= before);
    CHECK(c.scheduled_at <= ids::now());
    CHECK(c.pushgateway_url.empty());
}

TEST_CASE("the scheduled time comes from the command line, else from the environment") {
    const auto noon = *ids::parse_timestamp("2026-01-31T12:00:00Z");
    CHECK(read({{"SCHEDULED_AT", "2026-01-31T12:00:00Z"}}).scheduled_at == noon);
    CHECK(read({{"SCHEDULED_AT", "2025-01-01T00:00:00Z"}}, "2026-01-31T13:00:00+01:00").scheduled_at == noon);
}

TEST_CASE("all mistakes are reported together, and no secret shows") {
    const config::environment env{{"BACKEND_URL", "be:2506"},     {"WIKIPEDIA_URL", "wiki"},
                                  {"PUSHGATEWAY_URL", "ftp://x"}, {"API_TOKEN", "tell\nnobody"},
                                  {"SCHEDULED_AT", "noon"},       {"RUN_TIMEOUT", "5"},
                                  {"RETRY_PAUSE", "1m"}};
    std::string problems;
    try {
        read(env);
    } catch (const config::error& e) {
        problems = e.what();
    }
    CHECK(problems ==
          "API_TOKEN: must be printable ASCII without blanks or line ends\n"
          "BACKEND_URL: not an http:// or https:// URL\n"
          "WIKIPEDIA_URL: not a URL\n"
          "PUSHGATEWAY_URL: not an http:// or https:// URL\n"
          "SCHEDULED_AT: not an RFC 3339 time; write it as 2026-01-31T12:00:00Z\n"
          "RUN_TIMEOUT: '5' is not a duration; write a number with ms, s, m, h or d, such as 10s; use 100ms..1d\n"
          "longest_retry_pause: must not be shorter than retry_pause");
}

TEST_CASE("a missing backend is reported with an example") {
    auto in = config::reader::parse("", {});
    todo_cron::read_settings(in, {});
    CHECK_THROWS_WITH(in.finish(), "backend_url: is missing; set BACKEND_URL, such as http://todo-app-be-svc:2506");
}
