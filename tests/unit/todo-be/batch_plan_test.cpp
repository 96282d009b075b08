#include "store/write/batch_plan.hpp"

#include <vector>

#include "store/schema/schema.hpp"
#include "support/catch.hpp"

using namespace tidings::todo_be;
using tidings::ids::uuid;

namespace {

std::size_t batch_size(const std::vector<batch_candidate>& waiting) {
    batch_plan plan;
    for (const auto& w : waiting) {
        if (!plan.take(w)) break;
    }
    return plan.size();
}

}  // namespace

TEST_CASE("a batch is the longest run of one kind without one to-do twice") {
    const auto a = uuid::v7();
    const auto b = uuid::v7();
    using k = write_kind;
    struct plan_case {
        const char* what;
        std::vector<batch_candidate> waiting;
        std::size_t expected;
    };
    const plan_case cases[] = {
        {"nothing waits", {}, 0},
        {"one", {{k::create, a}}, 1},
        {"creates together", {{k::create, a}, {k::create, b}}, 2},
        {"another kind waits for the next statement", {{k::create, a}, {k::update, b}, {k::create, b}}, 1},
        {"creates with and without a key", {{k::create, a}, {k::create_once, b}}, 1},
        {"updates of two to-dos", {{k::update, a}, {k::update, b}}, 2},
        {"two updates of one to-do", {{k::update, a}, {k::update, b}, {k::update, a}}, 2},
        {"an update and a removal", {{k::update, a}, {k::remove, a}}, 1},
        {"two removals of one to-do", {{k::remove, a}, {k::remove, a}}, 1},
        {"more than a statement takes", std::vector<batch_candidate>(most_rows + 10, {k::create, a}), most_rows},
    };
    for (const auto& c : cases) {
        INFO(c.what);
        CHECK(batch_size(c.waiting) == c.expected);
    }
}

TEST_CASE("what happens after a statement has failed") {
    struct failure_case {
        const char* sqlstate;
        std::size_t writes;
        unsigned tries;
        next_step expected;
    };
    const failure_case cases[] = {
        {"40P01", 64, 1, next_step::retry}, {"40001", 1, 7, next_step::retry}, {"40P01", 1, 8, next_step::fail},
        {"22021", 64, 1, next_step::split}, {"23514", 2, 1, next_step::split}, {"22021", 1, 1, next_step::fail},
        {"08006", 64, 1, next_step::fail},  {"57P01", 64, 1, next_step::fail}, {"42P01", 64, 1, next_step::fail},
        {"53100", 64, 1, next_step::fail},  {"25006", 64, 1, next_step::fail},
    };
    for (const auto& c : cases) {
        INFO(c.sqlstate << " with " << c.writes);
        CHECK(after_failure(c.sqlstate, c.writes, c.tries) == c.expected);
    }
}

TEST_CASE("deadlocks and serialization failures are conflicts, nothing else is") {
    CHECK(is_conflict("40P01"));
    CHECK(is_conflict("40001"));
    CHECK_FALSE(is_conflict("55P03"));
    CHECK_FALSE(is_conflict("23505"));
}

TEST_CASE("only missing migrations are applied, and changed ones are refused") {
    const migration known[] = {{"0001_a", "aa", "sql"}, {"0002_b", "bb", "sql"}};
    CHECK(missing_migrations(known, {}).size() == 2);
    const auto missing = missing_migrations(known, {{"0001_a", "aa"}});
    REQUIRE(missing.size() == 1);
    CHECK(missing[0].name == "0002_b");
    CHECK(missing_migrations(known, {{"0001_a", "aa"}, {"0002_b", "bb"}, {"0003_newer", "cc"}}).empty());
    CHECK_THROWS_AS(missing_migrations(known, {{"0001_a", "changed"}}), schema_mismatch);
}

TEST_CASE("the embedded migrations are numbered without a gap") {
    int number = 0;
    for (const auto& m : migrations()) {
        CHECK(std::stoi(std::string(m.name.substr(0, 4))) == ++number);
        CHECK(m.checksum.size() == 64);
    }
    CHECK(number >= 2);
}
