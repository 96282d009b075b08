#include "store/read/todo_rows.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_be;

TEST_CASE("labels are parsed from PostgreSQL array syntax") {
    CHECK(labels_literal({}) == "{}");
    CHECK(labels_literal({"a", "b c"}) == R"({"a","b c"})");
    CHECK(labels_literal({R"(say "hi" \ {x,y})"}) == R"({"say \"hi\" \\ {x,y}"})");
    CHECK(labels_literal({"NULL"}) == R"({"NULL"})");
}
