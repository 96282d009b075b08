#include "settings.hpp"

#include "database.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;

namespace {

settings from(const config::environment& env, std::string_view yaml = {}) {
    auto in = config::reader::parse(yaml, env);
    auto s = read_settings(in);
    in.finish();
    return s;
}

}  // namespace

TEST_CASE("settings come from the file, and the environment wins") {
    const auto s = from({{"PORT", "9000"}, {"API_TOKEN", "t"}}, "port: 8000\nmetrics_port: 0\nevent_retention: 7d\n");
    CHECK(s.api.port == 9000);
    CHECK(s.metrics.port == 0);
    CHECK(s.api.token == "t");
    CHECK(s.event_retention == std::chrono::hours(24 * 7));
    CHECK_FALSE(s.require_if_match);
    CHECK(from({{"REQUIRE_IF_MATCH", "true"}}).require_if_match);
    CHECK_FALSE(s.identity);
    CHECK(from({{"IDENTITY", "on"}}).identity);
}

TEST_CASE("a migration that another session was in the way of is tried again, one that is wrong is not") {
    for (const char* state : {"40P01", "40001", "55P03", "08006"})
        CHECK(worth_retrying({state, "x"}));
    for (const char* state : {"42P01", "23505", "42501"})
        CHECK_FALSE(worth_retrying({state, "x"}));
}

TEST_CASE("invalid settings are rejected") {
    CHECK_THROWS_AS(from({{"PORT", "x"}}), config::error);
    CHECK_THROWS_AS(from({{"LOG_LEVEL", "loud"}}), config::error);
    CHECK_THROWS_AS(from({{"API_BASE_PATH", "project"}}), config::error);
    CHECK_THROWS_AS(from({{"API_BASE_PATH", "/a\"b"}}), config::error);
    CHECK_THROWS_AS(from({{"POSTGRES_HOST", "u:hush@db"}}), config::error);
    CHECK_THROWS_AS(from({{"CALENDAR_SECRET", "guessed"}}), config::error);
    CHECK_THROWS_AS(from({{"IMPORT_BODY_LIMIT", "0"}}), config::error);
    CHECK_THROWS_AS(from({}, "no_such_key: 1\n"), config::error);
    CHECK(from({{"API_BASE_PATH", "/project/"}}).api.base_path == "/project");
}

TEST_CASE("the database is configured by a URL or by its parts") {
    settings s;
    s.postgres_host = "db";
    s.postgres_password = "it's \\ secret";
    CHECK(conninfo_of(s) == R"(host='db' port='5432' dbname='tidings' user='tidings' password='it\'s \\ secret' )");
    s.database_url = "postgresql://x@y/z";
    CHECK(conninfo_of(s) == "postgresql://x@y/z");
}

TEST_CASE("origins and proxies are checked") {
    const auto s = from({{"CORS_ORIGINS", "https://a.example, http://localhost:5173"},
                         {"RATE_LIMIT", "600"},
                         {"RATE_LIMIT_WINDOW", "1m"},
                         {"TRUSTED_PROXIES", "10.0.0.0/8,::1"}});
    CHECK(s.cors.origins == std::vector<std::string>{"https://a.example", "http://localhost:5173"});
    CHECK(s.rate_limit == 600);
    CHECK(s.trusted_proxies.size() == 2);
    CHECK(from({{"CORS_ORIGINS", "*"}}).cors.origins.size() == 1);
    CHECK(from({}).cors.origins.empty());
    CHECK(from({}).rate_limit == 0);
    CHECK_THROWS_AS(from({{"CORS_ORIGINS", "https://a.example/"}}), config::error);
    CHECK_THROWS_AS(from({{"CORS_ORIGINS", "null"}}), config::error);
    CHECK_THROWS_AS(from({{"TRUSTED_PROXIES", "proxy.example"}}), config::error);
    CHECK_THROWS_AS(from({{"RATE_LIMIT_WINDOW", "10ms"}}), config::error);
}

TEST_CASE("a cache is of use for answers that are kept, and for rates") {
    const std::pair<std::string, std::string> cache{"CACHE_URL", "redis://cache:6379"}, none{"CACHE_MEMORY", "0"};
    CHECK(from({cache}).cache.host == "cache");
    CHECK(from({cache, none, {"RATE_LIMIT", "600"}}).cache.host == "cache");
    CHECK_THROWS_AS(from({cache, none}), config::error);
}

TEST_CASE("requests go through the pooler, if there is one, and need no session there") {
    const auto direct = from({{"DATABASE_URL", "postgresql://x@y/z"}});
    CHECK(request_options_of(direct).conninfo == "postgresql://x@y/z");
    CHECK(request_options_of(direct).prepares);
    const auto pooled =
        from({{"DATABASE_URL", "postgresql://x@y/z"}, {"DATABASE_POOLER_URL", "postgresql://x@pooler/z"}});
    CHECK(request_options_of(pooled).conninfo == "postgresql://x@pooler/z");
    CHECK_FALSE(request_options_of(pooled).prepares);
    CHECK(serving_options_of(pooled).conninfo == "postgresql://x@y/z");
    CHECK(serving_options_of(pooled).prepares);
    CHECK_THROWS_AS(from({{"DATABASE_POOLER_URL", "postgresql://u:p@ss@y/z"}}), config::error);
}
