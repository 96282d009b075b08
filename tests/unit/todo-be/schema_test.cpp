#include "store/schema/schema.hpp"

#include <utility>

#include "support/catch.hpp"

using namespace tidings::todo_be;

TEST_CASE("only missing migrations are applied, and changed ones are refused") {
    const migration known[] = {{"0001_a", "aa", "sql"}, {"0002_b", "bb", "sql"}};
    CHECK(missing_migrations(known, {}).size() == 2);
    const auto missing = missing_migrations(known, {{"0001_a", "aa"}});
    REQUIRE(missing.size() == 1);
    CHECK(missing[0].name == "0002_b");
    CHECK(missing_migrations(known, {{"0001_a", "aa"}, {"0002_b", "bb"}, {"0003_newer", "cc"}}).empty());
    CHECK_THROWS_AS(missing_migrations(known, {{"0001_a", "changed"}}), schema_mismatch);
}

TEST_CASE("the statements of an online migration are executed one by one") {
    CHECK(statements_of("-- why; and how\na;\n\nb\n  c;\n") ==
          std::vector<std::string>{"-- why; and how\na", "\nb\n  c"});
    CHECK(statements_of("a") == std::vector<std::string>{"a"});
}

TEST_CASE("the embedded migrations are numbered, each with another number") {
    int number = 0;
    for (const auto& m : migrations()) {
        const auto before = std::exchange(number, std::stoi(std::string(m.name.substr(0, 4))));
        CHECK(number > before);
        CHECK(m.checksum.size() == 64);
    }
    CHECK(number >= 2);
}
