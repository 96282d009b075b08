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
    const tidings::ids::timestamp then{std::chrono::hours(1)};
    const list_order order{sort_key::order, false};
    const list_order due{sort_key::due, false};
    const list_order updated{sort_key::updated, true};
    const list_order finished{sort_key::finished, false};
    const std::string due_key = "coalesce(due, 'infinity'::timestamptz)";
    const list_case cases[] = {
        {"everything", {.limit = 20}, end, 1},
        {"oldest first", {.sort = {sort_key::created, false}}, " order by id limit $1::bigint", 1},
        {"later pages",
         {.limit = 20, .after = list_position{.sort = {}, .id = somewhere}},
         " where id < $2::uuid" + end,
         2},
        {"by done", {.limit = 20, .done = true}, " where done" + end, 1},
        {"by done, later pages",
         {.limit = 20, .after = list_position{.sort = {}, .id = somewhere}, .done = false},
         " where not done and id < $2::uuid" + end,
         2},
        {"subtasks", {.limit = 20, .parent = somewhere}, " where parent = $2::uuid" + end, 2},
        {"by label and priority",
         {.label = "home", .priority = priority::high},
         " where labels @> array[$2::text] and labels <> '{}' and priority = $3::text" + end,
         3},
        {"by order", {.limit = 20, .sort = order}, by_order, 1},
        {"by order, later pages, done",
         {.limit = 20, .after = list_position{order, 1.5, {}, somewhere}, .done = true, .sort = order},
         " where done and (" + key + ", id) > ($2::float8, $3::uuid)" + by_order,
         3},
        {"due before, open",
         {.done = false, .sort = due, .range = {{}, then}},
         " where not done and " + due_key + " >= $2::timestamptz and " + due_key + " < $3::timestamptz order by " +
             due_key + ", id limit $1::bigint",
         3},
        {"latest changes, later pages",
         {.after = list_position{updated, {}, then, somewhere}, .sort = updated},
         " where (updated_at, id) < ($2::timestamptz, $3::uuid) order by updated_at desc, id desc limit $1::bigint",
         3},
        {"finished since",
         {.sort = finished, .range = {then, {}}},
         " where done_at >= $2::timestamptz and done_at < $3::timestamptz and done_at is not null order by done_at, id "
         "limit $1::bigint",
         3},
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
    CHECK(name({.limit = 20, .label = "a"}) == name({.limit = 100, .label = "b"}));
    CHECK(name({.limit = 20, .after = list_position{.sort = {}, .id = uuid::v7()}}) ==
          name({.limit = 20, .after = list_position{.sort = {}, .id = uuid::v7()}}));
    CHECK(name({.limit = 20, .after = list_position{.sort = {}, .id = uuid::v7()}}) != name({.limit = 20}));
}

TEST_CASE("a count has the filters of the list, and no place in it") {
    const auto all = count_statement_of({.after = list_position{.sort = {}, .id = uuid::v7()}, .label = "a"});
    CHECK(all.sql.sql() == "select count(*) from todos where labels @> array[$1::text] and labels <> '{}'");
    CHECK(all.values.size() == 1);
}
