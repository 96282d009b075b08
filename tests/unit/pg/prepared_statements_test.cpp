#include "pg/prepared_statements.hpp"

#include "support/catch.hpp"

using tidings::pg::prepared_statements;

TEST_CASE("of too many prepared statements the one used least recently is too many") {
    prepared_statements prepared(2);
    CHECK_FALSE(prepared.use("a"));
    prepared.add("a");
    prepared.add("b");
    CHECK(prepared.surplus() == std::nullopt);
    CHECK(prepared.use("a"));
    prepared.add("c");
    CHECK(prepared.surplus() == "b");
    prepared.remove("b");
    CHECK(prepared.surplus() == std::nullopt);
    CHECK_FALSE(prepared.use("b"));
    CHECK(prepared.use("c"));
    CHECK(prepared.size() == 2);
    prepared.remove("b");
    CHECK(prepared.size() == 2);
}
