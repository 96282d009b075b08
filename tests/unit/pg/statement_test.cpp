#include "pg/statement.hpp"

#include "support/catch.hpp"

using tidings::pg::statement;

TEST_CASE("a statement is prepared under its label and a digest of its text") {
    const statement one("count", "select 1");
    CHECK(one.sql() == "select 1");
    CHECK(one.name().starts_with("count_"));
    CHECK(one.name().size() <= 63);  // PostgreSQL truncates longer names
    CHECK(statement("count", "select 1").name() == one.name());
    CHECK(statement("count", "select 2").name() != one.name());
    CHECK(statement("other", "select 1").name() != one.name());
}

TEST_CASE("a statement owns its text") {
    std::string text = "select '" + std::string(100, 'x') + "'";
    const statement s("long", text);
    text.assign(text.size(), '-');
    CHECK(s.sql().starts_with("select 'xxx"));
}
