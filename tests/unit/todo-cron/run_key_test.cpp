#include "domain/run_key.hpp"

#include "support/catch.hpp"

using namespace tidings;

TEST_CASE("the key of a run is its scheduled hour in UTC") {
    const std::pair<std::string_view, std::string_view> table[] = {
        {"2026-01-31T12:00:00Z", "todo-cron-2026-01-31T12"},
        {"2026-01-31T12:59:59.999999Z", "todo-cron-2026-01-31T12"},
        {"2026-01-31T13:00:00+01:00", "todo-cron-2026-01-31T12"},
        {"2026-02-01T00:30:00+05:30", "todo-cron-2026-01-31T19"},
        {"2025-12-31T23:30:00-01:00", "todo-cron-2026-01-01T00"},
    };
    for (const auto& [time, key] : table)
        CHECK(todo_cron::run_key(*ids::parse_timestamp(time)) == key);
}
