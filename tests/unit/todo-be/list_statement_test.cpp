#include "store/read/list_statement.hpp"

#include "store/read/todo_rows.hpp"
#include "support/catch.hpp"

using namespace tidings::todo_be;
using tidings::ids::uuid;

TEST_CASE("a list has one statement per set of filters, and a value per filter") {
    struct list_case {
        const char* what;
        list_query query;
        std::string sql;  // after "from todos"
        std::size_t values;
    };
    const auto somewhere = uuid::v7();
    const std::string end = " order by id desc limit $1::bigint";
    const std::string key =
        R"(coalesce(case when floor(order_exact) = "order" then order_exact else "order" end, 'infinity'::float8))";
    const std::string by_order = " order by " + key + ", id limit $1::bigint";
    const list_case cases[] = {
        {"everything", {.limit = 20}, end, 1},
        {"later pages", {.limit = 20, .after = list_position{{}, {}, somewhere}}, " where id < $2::uuid" + end, 2},
        {"by done", {.limit = 20, .done = true}, " where done = $2::boolean" + end, 2},
        {"by done, later pages",
         {.limit = 20, .after = list_position{{}, {}, somewhere}, .done = false},
         " where done = $2::boolean and id < $3::uuid" + end,
         3},
        {"subtasks", {.limit = 20, .parent = somewhere}, " where parent = $2::uuid" + end, 2},
        {"by order", {.limit = 20, .sort = list_order::by_order}, by_order, 1},
        {"by order, later pages, done",
         {.limit = 20,
          .after = list_position{list_order::by_order, 1.5, somewhere},
          .done = true,
          .sort = list_order::by_order},
         " where done = $2::boolean and (" + key + ", id) > ($3::float8, $4::uuid)" + by_order,
         4},
    };
    for (const auto& c : cases) {
        INFO(c.what);
        const auto list = list_statement_of(c.query);
        CHECK(list.sql.sql() == "select " + todo_select_list() + " from todos" + c.sql);
        CHECK(list.values.size() == c.values);
    }
}

TEST_CASE("queries that differ only in values share a prepared statement") {
    const auto name = [](const list_query& q) { return list_statement_of(q).sql.name(); };
    CHECK(name({.limit = 20, .done = true}) == name({.limit = 100, .done = false}));
    CHECK(name({.limit = 20, .after = list_position{{}, {}, uuid::v7()}}) ==
          name({.limit = 20, .after = list_position{{}, {}, uuid::v7()}}));
    CHECK(name({.limit = 20, .after = list_position{{}, {}, uuid::v7()}}) != name({.limit = 20}));
}
