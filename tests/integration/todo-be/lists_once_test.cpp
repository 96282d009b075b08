// Lists that users share: requests that come twice, and bounds.
#include <thread>

#include "people.hpp"
#include "store/write/row_retention.hpp"
#include "store_bench.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

struct scene {
    servers world;
    backend be = world.start(with_users());
    person ann{world, "ann"}, bob{world, "bob"}, eve{world, "eve"};
    std::string list = ann.share(be, {{&bob, "editor"}});

    std::string sql(const std::string& statement) const {
        return support::query(world.postgres.url(), statement).at(0).at(0);
    }
    int add(const person& whom) const {
        return ann.call(be, "PUT", list + "/members/" + whom.public_id(), R"({"role":"reader"})").status;
    }
};

runtime::task<> plan_of(bench& b, const pg::statement& explain, std::string& plan) {
    auto connection = co_await pg::connection::open(b.ctx, b.connect);
    const auto rows = co_await connection->query(explain, pg::parameters().integer(0));
    for (std::size_t i = 0; i < rows.size(); ++i)
        plan += std::string(rows.text(i, 0)) + '\n';
}

}  // namespace

TEST_CASE("an Idempotency-Key is another one in each list and for each member") {
    const scene s;
    const auto other = s.ann.share(s.be);
    const headers key{{"Idempotency-Key", "k"}};
    const std::string body = R"({"title":"milk"})";
    const auto first = s.ann.call(s.be, "POST", s.list + "/todos", body, key);
    const auto again = s.ann.call(s.be, "POST", s.list + "/todos", body, key);
    CHECK(again.body == first.body);
    CHECK(again.header("location") == first.header("location"));
    CHECK(again.header("idempotent-replayed") == "true");
    CHECK(id_of(s.ann.call(s.be, "POST", other + "/todos", body, key)) != id_of(first));
    CHECK(id_of(s.bob.call(s.be, "POST", s.list + "/todos", body, key)) != id_of(first));
    CHECK(id_of(s.ann.call(s.be, "POST", "/api/todos", R"({"title":"other"})", key)) != id_of(first));
    CHECK(is_problem(s.ann.call(s.be, "POST", s.list + "/todos", R"({"title":"bread"})", key), 422));
}

TEST_CASE("acts on lists take an Idempotency-Key") {
    const scene s;
    const headers key{{"Idempotency-Key", "k"}}, next{{"Idempotency-Key", "next"}}, last{{"Idempotency-Key", "last"}};
    const auto made = s.ann.call(s.be, "POST", "/api/lists", R"({"name":"a"})", key);
    REQUIRE(made.status == 201);
    const auto again = s.ann.call(s.be, "POST", "/api/lists", R"({"name":"a"})", key);
    CHECK(again.status == 201);
    CHECK(again.body == made.body);
    CHECK(again.header("location") == made.header("location"));
    CHECK(again.header("idempotent-replayed") == "true");
    CHECK(is_problem(s.ann.call(s.be, "POST", "/api/lists", R"({"name":"b"})", key), 422));
    CHECK(s.sql("select count(*) from lists") == "2");
    const auto member = s.list + "/members/" + s.eve.public_id();
    CHECK(s.ann.call(s.be, "PUT", member, R"({"role":"reader"})", next).status == 201);
    CHECK(s.ann.call(s.be, "PUT", member, R"({"role":"reader"})", next).status == 201);
    CHECK(s.ann.call(s.be, "DELETE", s.list, {}, last).status == 204);
    CHECK(s.ann.call(s.be, "DELETE", s.list, {}, last).status == 204);
}

TEST_CASE("of requests with the same Idempotency-Key at two replicas at once one makes a list") {
    const scene s;
    const auto there = s.world.start(with_users());
    for (int round = 0; round < 10; ++round) {
        const headers key{{"Idempotency-Key", "round " + std::to_string(round)}};
        support::http_answer one, two;
        const auto make = [&](const backend& be, support::http_answer& to) {
            to = s.ann.call(be, "POST", "/api/lists", R"({"name":"a"})", key);
        };
        std::thread other([&] { make(there, two); });
        make(s.be, one);
        other.join();
        CHECK(one.status == 201);
        CHECK(one.body == two.body);
        CHECK((one.header("idempotent-replayed") == "true") != (two.header("idempotent-replayed") == "true"));
    }
    CHECK(s.sql("select count(*) from lists") == "11");
    CHECK(s.sql("select count(*) from events where type = 'io.tidings.list.created.v1'") == "11");
}

TEST_CASE("lists and members are bounded") {
    const scene s;
    const auto ann = s.ann.user;
    s.sql(
        "insert into lists (id, name, made_by, version, created_at, updated_at) select nextval('list_numbers'), 'x', " +
        ann + ", 1, now(), now() from generate_series(1, 99) returning 1");
    CHECK(is_problem(s.ann.call(s.be, "POST", "/api/lists", R"({"name":"x"})"), 409));
    CHECK(s.bob.call(s.be, "POST", "/api/lists", R"({"name":"x"})").status == 201);
    s.sql(
        "with made as (insert into users (issuer, subject, name) select 'i', n::text, '' from generate_series(1, 98) n "
        "returning id) insert into list_members (list, member, role) select min(l.id), made.id, 'reader' from lists l, "
        "made group by made.id returning 1");
    CHECK(s.add(s.eve) == 409);
    s.sql("delete from list_members where role = 'reader' returning 1");
    s.sql(
        "with made as (insert into lists (id, name, made_by, version, created_at, updated_at) select "
        "nextval('list_numbers'), 'x', 1, 1, now(), now() from generate_series(1, 500) returning id) insert into "
        "list_members (list, member, role) select id, " +
        s.eve.user + ", 'reader' from made returning 1");
    CHECK(s.add(s.eve) == 409);
    CHECK(s.eve.call(s.be, "POST", "/api/lists", R"({"name":"x"})").status == 201);
    CHECK(json_of(s.eve.call(s.be, "GET", "/api/lists")).at("items").as_array().size() == 501);
}

TEST_CASE("a list that was deleted is in the database for 30 days, and then goes with its to-dos") {
    bench b;
    b.run(migrate(b.ctx, b.connect));
    b.count(
        "insert into lists (id, name, made_by, version, created_at, updated_at, deleted_at) values "
        "(1073741825, 'old', 1, 2, now(), now(), now() - interval '31 days'), "
        "(1073741826, 'new', 1, 2, now(), now(), now() - interval '1 day'), "
        "(1073741827, 'there', 1, 1, now(), now(), null); "
        "insert into list_members (list, member, role) select id, 1, 'admin' from lists; "
        "insert into todos (id, title, done, priority, labels, version, created_at, updated_at, owner) "
        "select gen_random_uuid(), 'x', false, 'none', '{}', 1, now(), now(), 1073741824 + n % 4 "
        "from generate_series(1, 6000) n; select 0");
    apply_once(b, list_retention(24h * 30));
    CHECK(b.count("select count(*) from lists") == 3);
    apply_once(b, list_todo_retention(24h * 30));
    CHECK(b.count("select count(*) from todos") == 4500);
    CHECK(b.count("select count(*) from todos where owner = 1073741825") == 0);
    apply_once(b, list_retention(24h * 30));
    CHECK(b.count("select count(*) from lists") == 2);
    CHECK(b.count("select count(*) from list_members") == 2);
}

TEST_CASE("to-dos of deleted lists are found without reading those of others") {
    bench b;
    b.run(migrate(b.ctx, b.connect));
    b.count(
        "insert into lists (id, name, made_by, version, created_at, updated_at, deleted_at) "
        "select 1073741824 + n, 'x', 1, 2, now(), now(), now() - interval '31 days' from generate_series(1, 20) n; "
        "insert into todos (id, title, done, priority, labels, version, created_at, updated_at, owner) select "
        "gen_random_uuid(), 'x', false, 'none', '{}', 1, now(), now(), case when n > 49000 then 1073741825 else n % 10 "
        "end from generate_series(1, 50000) n; analyze todos; analyze lists; select 0");
    const auto rule = list_todo_retention(24h * 30);
    const pg::statement explain("explain", "explain (costs off) " + rule.delete_batch.sql());
    std::string plan;
    b.run(plan_of(b, explain, plan));
    INFO(plan);
    CHECK(plan.find("Seq Scan on todos") == std::string::npos);
    apply_once(b, rule);
    CHECK(b.count("select count(*) from todos") == 49000);
}
