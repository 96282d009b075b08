#include "domain/server_message.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;

TEST_CASE("schedules and markers of deletions are no events, and what publishers write is one") {
    CHECK_FALSE(is_server_message({}));
    CHECK_FALSE(is_server_message({.kv_operation = "PUT"}));
    CHECK(is_server_message({.schedule = "@at 2026-01-01T00:00:00Z"}));
    CHECK(is_server_message({.schedule = "@every 1m"}));
    for (const char* reason : {"MaxAge", "Remove", "Purge", "of a later version"})
        CHECK(is_server_message({.marker_reason = reason}));
    for (const char* operation : {"DEL", "PURGE", "purge"})
        CHECK(is_server_message({.kv_operation = operation}));
}
