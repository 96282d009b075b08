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
    const list_case cases[] = {
        {"everything", {20, std::nullopt, std::nullopt}, end, 1},
        {"later pages", {20, somewhere, std::nullopt}, " where id < $2::uuid" + end, 2},
        {"by done", {20, std::nullopt, true}, " where done = $2::boolean" + end, 2},
        {"by done, later pages", {20, somewhere, false}, " where done = $2::boolean and id < $3::uuid" + end, 3},
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
    CHECK(name({20, std::nullopt, true}) == name({100, std::nullopt, false}));
    CHECK(name({20, uuid::v7(), std::nullopt}) == name({20, uuid::v7(), std::nullopt}));
    CHECK(name({20, uuid::v7(), std::nullopt}) != name({20, std::nullopt, std::nullopt}));
}
