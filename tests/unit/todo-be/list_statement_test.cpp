#include "store/read/list_statement.hpp"

#include "store/read/needed_word.hpp"
#include "store/read/todo_rows.hpp"
#include "support/catch.hpp"

using namespace tidings::todo_be;
using tidings::ids::uuid;

namespace {

struct list_case {
    const char* what;
    list_query query;
    std::string sql;  // after "from todos", before the limit
    std::size_t values;
};

void check(const list_case& c) {
    INFO(c.what);
    const auto list = list_statement_of(c.query);
    CHECK(list.sql.sql() == "select " + todo_select_list() + " from todos" + c.sql + " limit $1::bigint");
    CHECK(list.values.size() == c.values);
}

const uuid somewhere = uuid::v7();
const tidings::ids::timestamp then{std::chrono::hours(1)};
constexpr list_order by_order{sort_key::order, false};
constexpr list_order by_due{sort_key::due, false};
constexpr list_order latest_change{sort_key::updated, true};
constexpr list_order by_done_at{sort_key::finished, false};
const std::string order_key =
    R"(coalesce(case when floor(order_exact) = "order" then order_exact else "order" end, 'infinity'::float8))";

}  // namespace

TEST_CASE("a list has one statement per set of filters, and a value per filter") {
    const std::string end = " order by id desc";
    const std::string by_owner = " order by owner desc, id desc";
    const list_case cases[] = {
        {"everything", {.limit = 20}, " where owner <= 1" + end, 1},
        {"later pages",
         {.after = list_position{.sort = {}, .id = somewhere}},
         " where owner <= 1 and id < $2::uuid" + end,
         2},
        {"by done", {.done = true}, " where owner = any('{1}') and done" + by_owner, 1},
        {"subtasks", {.parent = somewhere}, " where owner <= 1 and parent = $2::uuid" + end, 2},
        {"by label and priority",
         {.label = "home", .priority = priority::high},
         " where owner = any('{1}') and labels @> array[$2::text] and labels <> '{}' and priority = 'high'" + by_owner,
         2},
    };
    for (const auto& c : cases)
        check(c);
}

TEST_CASE("a list of words looks at the next ones, and else for all that have them") {
    const std::string words =
        "to_tsvector('simple', title || ' ' || notes) @@ websearch_to_tsquery('simple', $2::text)";
    const std::string order = " order by owner desc, id desc";
    const std::string select =
        "select " + todo_select_list() + " from (select * from todos where owner = any('{1}') and done";
    const list_query q{.done = true, .search = "\"milk\""};
    CHECK(nearby_statement_of(q, 500).sql.sql() ==
          select + order + " limit 500) as todos where " + words + order + " limit $1::bigint");
    CHECK(list_statement_of(q).sql.sql() ==
          select + " and " + words + " offset 0) as todos" + order + " limit $1::bigint");
    CHECK(list_statement_of(q).values.size() == 2);
    CHECK(count_statement_of({.search = "milk"}).sql.sql().find("to_tsvector") != std::string::npos);
}

TEST_CASE("a list of a label looks at the next ones first, in the order of a list without it") {
    const std::string order = " order by id desc";
    const auto near = nearby_statement_of({.label = "home"}, 1000);
    CHECK(near.sql.sql() == "select " + todo_select_list() + " from (select * from todos where owner <= 1" + order +
                                " limit 1000) as todos where labels @> array[$2::text]" + order + " limit $1::bigint");
    CHECK(near.values.size() == 2);
}

TEST_CASE("rows without a word that is needed are passed over before their words are compared") {
    const auto near = nearby_statement_of({.label = "home", .search = "fresh milk"}, 1000);
    CHECK(near.sql.sql().find(
              "where labels @> array[$2::text] and (strpos(lower(title || ' ' || notes), lower($3::text)) > 0 or "
              "octet_length(title || notes) <> char_length(title || notes)) and to_tsvector(") != std::string::npos);
    CHECK(near.values.size() == 4);
}

TEST_CASE("a search needs its longest word, letter by letter") {
    const std::pair<const char*, const char*> cases[] = {
        {"milk", "milk"},
        {"fresh Milk", "fresh"},
        {"buy  milk ", "milk"},
        {"a1 b", "b"},
        {"2026", ""},
        {"milk or bread", ""},
        {"Milk OR bread", ""},
        {"orange", "orange"},
        {"milk -cow", ""},
        {"\"buy milk\"", ""},
        {"caf\u00e9 au lait", ""},
        {"example.com", ""},
        {"milk\tbread", ""},
        {"o'clock", ""},
        {"", ""},
    };
    for (const auto& [search, word] : cases) {
        INFO(search);
        CHECK(needed_word(search) == word);
    }
}

TEST_CASE("it is worth looking farther where a page may be expected there") {
    STATIC_REQUIRE(nearby(20) == 1'000);
    STATIC_REQUIRE(nearby(1'000) == 16'000);
    CHECK_FALSE(is_worth_looking_farther(0, 20));
    STATIC_REQUIRE(farther(20) == 16'000);
    STATIC_REQUIRE(farther(1'000) == 32'000);
    CHECK_FALSE(is_worth_looking_farther(1, 20));
    CHECK(is_worth_looking_farther(2, 20));
    CHECK_FALSE(is_worth_looking_farther(500, 1'000));
    CHECK(is_worth_looking_farther(20, 20));
    CHECK_FALSE(is_worth_looking_farther(21, 20));
}

TEST_CASE("a list has the order that is asked for, and a range of what it is sorted by") {
    const list_case cases[] = {
        {"oldest first", {.sort = {sort_key::created, false}}, " where owner <= 1 order by id", 1},
        {"by order, later pages, done",
         {.after = list_position{by_order, 1.5, {}, somewhere}, .done = true, .sort = by_order},
         " where owner = 1 and done and (" + order_key + ", id) > ($2::float8, $3::uuid) order by " + order_key +
             ", id",
         3},
        {"due before, open",
         {.done = false, .sort = by_due, .range = {{}, then}},
         " where owner = 1 and not done and due >= $2::timestamptz and due < $3::timestamptz and due is not null order "
         "by due, id",
         3},
        {"latest changes, later pages",
         {.after = list_position{latest_change, {}, then, somewhere}, .sort = latest_change},
         " where owner = 1 and (updated_at, id) < ($2::timestamptz, $3::uuid) order by updated_at desc, id desc",
         3},
        {"done since",
         {.sort = by_done_at, .range = {then, {}}},
         " where owner = 1 and done_at >= $2::timestamptz and done_at < $3::timestamptz and done_at is not null order "
         "by done_at, id",
         3},
    };
    for (const auto& c : cases)
        check(c);
}

TEST_CASE("a list that no index has whole merges a page from each of two") {
    const std::string select = "select " + todo_select_list() + " from ((select * from todos";
    const std::string open = " where owner = any('{1}') and not done and id < $2::uuid and " + order_key;
    const std::string page = " order by owner desc, id desc limit $1::bigint";
    CHECK(list_statement_of({.after = list_position{.sort = {}, .id = somewhere}, .done = false}).sql.sql() ==
          select + open + " = 'infinity'::float8" + page + ") union all (select * from todos" + open +
              " < 'infinity'::float8" + page + ")) as todos" + page);
    const std::string ordered = " order by " + order_key + ", id limit $1::bigint";
    CHECK(list_statement_of({.sort = by_order}).sql.sql() ==
          select + " where owner = 1 and not done" + ordered +
              ") union all (select * from todos where owner = 1 and done" + ordered + ")) as todos" + ordered);
}

TEST_CASE("the lists of one user among many are found by the user first") {
    const whose mine{user_id{42}, false};
    const std::string part = "select * from todos where owner = any(array[$2::bigint]) and ";
    const std::string page = " order by owner desc, id desc limit $1::bigint";
    const std::string without = order_key + " = 'infinity'::float8", with = order_key + " < 'infinity'::float8";
    const auto all = list_statement_of({}, mine);
    CHECK(all.sql.sql() == "select " + todo_select_list() + " from ((" + part + "not done and " + without + page +
                               ") union all (" + part + "not done and " + with + page + ") union all (" + part +
                               "done" + page + ")) as todos" + page);
    CHECK(all.values.size() == 2);
    const auto labelled = list_statement_of({.label = "home"}, mine);
    CHECK(labelled.sql.sql().ends_with(
        " from todos where owner = any(array[$2::bigint]) and labels @> array[$3::text] and labels <> '{}'" + page));
    CHECK(count_statement_of({}, mine).sql.sql() == "select count(*) from todos where owner = any(array[$1::bigint])");
    CHECK(all.sql.name() == list_statement_of({}, {user_id{7}, false}).sql.name());
}

TEST_CASE("queries that differ only in values share a prepared statement") {
    const auto name = [](const list_query& q) { return list_statement_of(q).sql.name(); };
    CHECK(name({.limit = 20, .label = "a"}) == name({.limit = 100, .label = "b"}));
    CHECK(name({.after = list_position{.sort = {}, .id = uuid::v7()}}) ==
          name({.after = list_position{.sort = {}, .id = uuid::v7()}}));
    CHECK(name({.after = list_position{.sort = {}, .id = uuid::v7()}}) != name({}));
    CHECK(name({.sort = by_due, .range = {then, {}}}) == name({.sort = by_due, .range = {{}, then}}));
}

TEST_CASE("a count has the filters of the list, and no place in it") {
    const auto all = count_statement_of({.after = list_position{.sort = {}, .id = uuid::v7()}, .label = "a"});
    CHECK(all.sql.sql() ==
          "select count(*) from todos where owner <= 1 and labels @> array[$1::text] and labels <> '{}'");
    CHECK(all.values.size() == 1);
}
