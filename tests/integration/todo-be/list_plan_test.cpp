// A million to-dos: every filter and order of the list is answered from an index.
#include <algorithm>
#include <string_view>

#include "shop.hpp"
#include "store/read/list_statement.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace tidings::todo_be_test;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string_view> list_indexes{"0007", "0008", "0009", "0012"};  // migrations

// Filled before the indexes are made, which is quicker. One in a hundred is open, and has labels; one in ten has a due
// date.
std::string fill(const std::string& owner) {
    return R"(
set synchronous_commit = off;
insert into todos (id, title, done, "order", due, priority, labels, version, created_at, updated_at, done_at, parent, owner)
select (lpad(to_hex(1767225600000 + n), 12, '0') || '7000800000000' || lpad(to_hex(n), 7, '0'))::uuid, 'title ' || n || case when n % 1000 = 0 then ' rare' else '' end, n % 100 > 0,
  case when n % 3 = 0 then n end, case when n % 10 = 0 then '2026-01-01Z'::timestamptz + n * interval '1 minute' end,
  (array['none', 'low', 'medium', 'high'])[1 + (n % 1000) / 900 + (n % 1000) / 990 + (n % 1000) / 999],
  case when n % 100 = 0 then array['home', 'l' || n % 5000] else '{}' end, 1,
  '2026-01-01Z'::timestamptz + n * interval '1 second', '2026-01-01Z'::timestamptz + n * interval '1 second',
  case when n % 100 > 0 then '2026-01-01Z'::timestamptz + n * interval '1 second' end, null, )" +
           owner + R"(
from generate_series(1, 1000000) n;
analyze todos; select 0)";
}

// Nearly half of the to-dos are one user's; a thousand others have 571 each.
constexpr user_id busy{2}, usual{7};
constexpr const char* many_owners = "case when n % 7 < 3 then 2 else 3 + (n / 7) % 1000 end";

ids::timestamp at(const char* text) { return *ids::parse_timestamp(text); }

std::vector<ids::uuid> some(std::size_t n) {
    std::vector<ids::uuid> ids;
    while (ids.size() < n)
        ids.push_back(ids::uuid::v7());
    return ids;
}

std::vector<migration> without_list_indexes() {
    std::vector<migration> others;
    for (const auto& m : migrations())
        if (std::find(list_indexes.begin(), list_indexes.end(), m.name.substr(0, 4)) == list_indexes.end())
            others.push_back(m);
    return others;
}

struct plan_case {
    const char* index;
    list_query query;
    bool may_sort = false;  // few rows, found by something else than what they are sorted by: all of them are read
};

std::vector<plan_case> plan_cases() {
    const list_order order{sort_key::order, false};
    const list_order due{sort_key::due, false};
    const list_order updated{sort_key::updated, false};
    const list_order latest{sort_key::updated, true};
    const list_order finished{sort_key::finished, false};
    const list_position first{order, 5000.5, {}, ids::uuid::v7()};
    const list_position middle{due, {}, at("2026-06-01T00:00:00Z"), ids::uuid::v7()};
    const time_range may{at("2026-05-01T00:00:00Z"), at("2026-06-01T00:00:00Z")};
    const time_range since{at("2026-01-12T00:00:00Z"), {}};
    return {
        {"todos_pkey", {}},
        {"todos_pkey", {.sort = {sort_key::created, false}}},
        {"owned_open_by_order", {.done = false}},
        {"owned_open_with_order", {.done = false}},
        {"owned_open_by_order", {.after = list_position{.sort = {}, .id = ids::uuid::v7()}, .done = false}},
        {"owned_done", {.done = true}},
        {"todos_by_parent", {.parent = ids::uuid::v7()}, true},
        {"todos_by_parent", {.limit = 500, .parents = some(500), .sort = {sort_key::created, false}}, true},
        {"todos_pkey", {.limit = 500, .top_level = true, .sort = {sort_key::created, false}}},
        {"todos_by_label", {.label = "l100"}, true},
        {"todos_by_text", {.search = "rare"}, true},
        {"todos_by_text", {.search = "title 4711"}, true},
        {"todos_by_text", {.search = "rare -4000", .sort = due}, true},
        {"owned_by_priority", {.priority = priority::high}},
        {"owned_open_by_order", {.sort = order}},
        {"owned_done_by_order", {.sort = order}},
        {"owned_open_by_order", {.done = false, .sort = order}},
        {"owned_done_by_order", {.after = first, .done = true, .sort = order}},
        {"owned_by_due", {.sort = due}},
        {"owned_by_due", {.after = middle, .sort = due}},
        {"owned_by_due", {.sort = due, .range = may}},
        {"owned_open_by_due", {.done = false, .sort = due}},
        {"owned_open_by_due", {.after = middle, .done = false, .sort = due, .range = {{}, may.before}}},
        {"owned_by_update", {.sort = updated, .range = since}},
        {"owned_by_update", {.sort = latest}},
        {"owned_by_done_at", {.sort = finished, .range = since}},
        {"owned_by_done_at", {.sort = {sort_key::finished, true}}},
    };
}

runtime::task<std::string> plan_of(pg::connection& connection, list_statement list) {
    const pg::statement explain("explain", "explain (analyze, costs off, timing off) " + list.sql.sql());
    const auto rows = co_await connection.query(explain, list.values);
    std::string plan;
    for (std::size_t i = 0; i < rows.size(); ++i)
        plan += std::string(rows.text(i, 0)) + '\n';
    co_return plan;
}

// That any step of the plan has read: a list that is merged from two indexes reads a page of each.
std::size_t most_rows(const std::string& plan) {
    constexpr std::string_view mark = "actual rows=";
    std::size_t most = 0;
    for (auto at = plan.find(mark); at != plan.npos; at = plan.find(mark, at + 1))
        most = std::max(most, static_cast<std::size_t>(std::stoul(plan.substr(at + mark.size()))));
    return most;
}

bool uses(const std::string& plan, const std::string& index) {
    return plan.find(index + ' ') != plan.npos || plan.find(index + '\n') != plan.npos;
}

runtime::task<std::unique_ptr<pg::connection>> filled(bench& b, const char* owner) {
    auto patient = b.connect;
    patient.query_timeout = 120s;
    auto connection = co_await pg::connection::open(b.ctx, patient);
    co_await connection->execute(fill(owner));
    co_await migrate(b.ctx, b.connect);
    co_await connection->execute("analyze todos");
    co_return connection;
}

// One among many: labels and words have indexes without owners, which are combined with one of the owner's. Everything,
// newest first, has no index of its own.
runtime::task<> check_plans_of_users(bench& b) {
    const auto connection = co_await filled(b, many_owners);
    for (const auto owner : {busy, usual}) {
        for (const auto& c : plan_cases()) {
            const auto plan = co_await plan_of(*connection, list_statement_of(c.query, {owner, false}));
            INFO(owner.value);
            INFO(plan);
            const std::string index = c.index == std::string("todos_pkey") ? "owned_done" : c.index;
            CHECK((c.may_sort || uses(plan, index)));
            CHECK(plan.find("Seq Scan") == plan.npos);
            CHECK(most_rows(plan) <= (c.may_sort ? 50'000 : 3 * (c.query.limit + 1)));
            CHECK((c.may_sort || plan.find("Rows Removed by Filter") == plan.npos));
        }
        for (const auto& near : {list_query{.search = "title"}, list_query{.done = false, .label = "home"}}) {
            const auto plan = co_await plan_of(*connection, nearby_statement_of(near, 1'000, {owner, false}));
            INFO(plan);
            CHECK(plan.find("Seq Scan") == plan.npos);
            CHECK(most_rows(plan) <= 2'000);
        }
    }
}

runtime::task<> check_plans(bench& b) {
    const auto connection = co_await filled(b, "1");
    for (const auto& c : plan_cases()) {
        const auto plan = co_await plan_of(*connection, list_statement_of(c.query));
        INFO(plan);
        CHECK(uses(plan, c.index));
        CHECK(plan.find("Seq Scan") == plan.npos);
        CHECK((c.may_sort || most_rows(plan) <= 2 * (c.query.limit + 1)));
        CHECK(plan.find("Rows Removed by Filter") == plan.npos);
    }
    for (const auto& near : {list_query{.search = "title"}, list_query{.done = false, .search = "title"},
                             list_query{.search = "\"title 7\" or rare"}, list_query{.label = "home"},
                             list_query{.done = false, .label = "home"}, list_query{.label = "l100", .search = "rare"},
                             list_query{.search = "rare", .sort = {sort_key::due, false}}}) {
        for (const auto rows : {nearby(near.limit), farther(near.limit)}) {
            const auto plan = co_await plan_of(*connection, nearby_statement_of(near, rows));
            INFO(plan);
            CHECK(plan.find("Seq Scan") == plan.npos);
            CHECK(plan.find("Bitmap") == plan.npos);
            CHECK(most_rows(plan) <= 2 * rows);
        }
    }
}

}  // namespace

TEST_CASE("every filter and order is answered from an index when there are a million to-dos") {
    bench b;
    const auto without = without_list_indexes();
    b.run(migrate(b.ctx, b.connect, without));
    b.run(check_plans(b));
}

TEST_CASE("every filter and order of one user among many is answered from an index when there are a million to-dos") {
    bench b;
    const auto without = without_list_indexes();
    b.run(migrate(b.ctx, b.connect, without));
    b.run(check_plans_of_users(b));
}
