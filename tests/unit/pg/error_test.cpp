#include "pg/error.hpp"

#include "support/catch.hpp"

using tidings::pg::error;

TEST_CASE("transient errors count as unavailable") {
    for (const char* state :
         {"08006", "08001", "08004", "53300", "57P01", "57P02", "57P03", "57014", "55P03", "25006", "26000", "42P05"}) {
        INFO(state);
        CHECK(error(state, "x").unavailable());
    }
    for (const char* state : {"22021", "23514", "40P01", "42P01", "XX000", "57P04"}) {
        INFO(state);
        CHECK_FALSE(error(state, "x").unavailable());
    }
    CHECK(error("08004", "x").refused());
    CHECK_FALSE(error("08006", "x").refused());
}
