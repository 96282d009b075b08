// Users, made when they are first seen.
#include "store/pg_account_store.hpp"

#include "domain/right_over.hpp"
#include "domain/todo_store.hpp"
#include "store_bench.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace tidings::todo_be_test;

namespace {

identity::principal somebody(const std::string& subject, const std::string& name = "Ann") {
    return {.issuer = "https://id.example", .subject = subject, .name = name, .scopes = {}, .expires = {}};
}

struct accounts_scene {
    bench b;
    bool ready = true;

    // Of a replica that has just started: it knows nobody.
    std::unique_ptr<pg_account_store> replica(runtime::duration believed = 1min) {
        return std::make_unique<pg_account_store>(
            b.ctx, pg::pool_options{.connect = b.connect, .acquire_timeout = 500ms}, [this] { return ready; },
            believed);
    }
};

runtime::task<> note(pg_account_store& in, identity::principal who, std::vector<user_id>& users) {
    users.push_back(co_await in.user_of(std::move(who)));
}

runtime::task<> meet(accounts_scene& s) {
    co_await migrate(s.b.ctx, s.b.connect);
    const auto here = s.replica(), there = s.replica();
    const auto ann = co_await here->user_of(somebody("ann"));
    CHECK(ann != default_user);
    CHECK(co_await here->user_of(somebody("ann")) == ann);
    CHECK(co_await there->user_of(somebody("ann")) == ann);
    CHECK(co_await there->user_of(somebody("ann", "Ann Smith")) == ann);
    CHECK(co_await here->user_of(somebody("ann", "O'Neill; --")) == ann);
    CHECK(co_await here->user_of(somebody("bob")) != ann);
    auto elsewhere = somebody("ann");
    elsewhere.issuer = "https://other.example";
    CHECK(co_await here->user_of(elsewhere) != ann);
    std::int64_t named = 0;
    co_await bench::count_into(s.b.ctx, s.b.connect, "select count(*) from users where name = 'O''Neill; --'", named);
    CHECK(named == 1);
    std::vector<user_id> users;
    for (int i = 0; i < 10; ++i)
        s.b.tasks.spawn(note(i % 2 == 0 ? *here : *there, somebody("eve"), users));
    while (users.size() < 10)
        co_await runtime::sleep_for(5ms);
    for (const auto& u : users)
        CHECK(u == users.front());
}

token_terms terms() { return {"child", read_scopes("todos:read"), ids::now() + 1h}; }

runtime::task<> restored(accounts_scene& s) {
    co_await migrate(s.b.ctx, s.b.connect);
    const auto here = s.replica(0s), there = s.replica();
    const auto ann = co_await here->user_of(somebody("ann"));
    std::int64_t last = 0;
    const std::string restore = "with gone as (delete from users where id = " + std::to_string(ann.value) +
                                " returning id) select setval('users_id_seq', id, false) from gone";
    co_await bench::count_into(s.b.ctx, s.b.connect, restore, last);
    CHECK(co_await there->user_of(somebody("bob")) == ann);
    CHECK(co_await here->user_of(somebody("ann")) != ann);
}

runtime::task<> rename(accounts_scene& s) {
    co_await migrate(s.b.ctx, s.b.connect);
    const auto here = s.replica(0s);
    const auto ann = co_await here->user_of(somebody("ann"));
    for (const auto* name : {"Ann", "", "Ann Smith", "", "Ann"})
        CHECK(co_await here->user_of(somebody("ann", name)) == ann);
    CHECK((co_await here->user_of(somebody("bob"))).value == ann.value + 1);
    std::int64_t named = 0;
    co_await bench::count_into(s.b.ctx, s.b.connect, "select count(*) from users where name = 'Ann'", named);
    CHECK(named == 2);
}

runtime::task<> make_by_revoked(accounts_scene& s) {
    co_await migrate(s.b.ctx, s.b.connect);
    const auto here = s.replica(), there = s.replica();
    request_context ann;
    ann.access.user = (co_await here->user_of(somebody("ann"))).value;
    const auto parent = co_await here->make(terms(), hash_of("parent"), ann);
    REQUIRE(parent.has_value());
    auto by_parent = ann;
    by_parent.access.token = parent->id.str();
    CHECK((co_await here->make(terms(), hash_of("child"), by_parent)).has_value());
    REQUIRE((co_await there->revoke(parent->id, ann)).has_value());
    bool refused = false;
    try {
        co_await here->make(terms(), hash_of("late"), by_parent);
    } catch (const right_over&) {
        refused = true;
    }
    CHECK(refused);
    CHECK_FALSE((co_await here->find(hash_of("late"))).has_value());
    CHECK((co_await here->find(hash_of("child"))).has_value());
}

runtime::task<> too_early(accounts_scene& s) {
    s.ready = false;
    const auto here = s.replica();
    bool refused = false;
    try {
        co_await here->find(hash_of("x"));
    } catch (const store_unavailable&) {
        refused = true;
    }
    CHECK(refused);
}

constexpr int many = 3'000;

runtime::task<> note_token(pg_account_store& in, int number, int& right) {
    const auto found = co_await in.find(hash_of("token " + std::to_string(number)));
    if (found && found->user == 1 && read_scopes("todos:read").bits() == found->scopes) ++right;
}

// At two replicas, in the opposite order: neither waits for the other's rows.
runtime::task<> meet_many(accounts_scene& s) {
    co_await migrate(s.b.ctx, s.b.connect);
    const auto here = s.replica(), there = s.replica();
    std::vector<user_id> at_one, at_other;
    for (int i = 0; i < many; ++i) {
        s.b.tasks.spawn(note(*here, somebody(std::to_string(i)), at_one));
        s.b.tasks.spawn(note(*there, somebody(std::to_string(many - i)), at_other));
    }
    while (at_one.size() + at_other.size() < 2 * many)
        co_await runtime::sleep_for(5ms);
    std::int64_t made = 0;
    co_await bench::count_into(s.b.ctx, s.b.connect, "select count(*) from users", made);
    CHECK(made == many + 2);  // 0 to 3,000, and the first user
}

runtime::task<> find_many(accounts_scene& s) {
    co_await migrate(s.b.ctx, s.b.connect);
    std::int64_t used = 0;
    co_await bench::count_into(s.b.ctx, s.b.connect, R"(
with made as (
  insert into access_tokens (id, owner, name, hash, scopes, expires_at)
  select gen_random_uuid(), 1, 'x', sha256(convert_to('token ' || n, 'UTF8')), 'todos:read', now() + interval '1 hour'
  from generate_series(0, 2999) n returning 1
) select count(*) from made)",
                               used);
    const auto here = s.replica(), there = s.replica();
    int right = 0;
    for (int i = 0; i < many; ++i) {
        s.b.tasks.spawn(note_token(*here, i, right));
        s.b.tasks.spawn(note_token(*there, many - 1 - i, right));
    }
    s.b.tasks.spawn(note_token(*here, many, right));  // which is none
    co_await s.b.tasks.wait(1min);
    CHECK(right == 2 * many);
    co_await bench::count_into(s.b.ctx, s.b.connect,
                               "select count(*) from access_tokens where last_used_at is not null", used);
    CHECK(used == many);
}

}  // namespace

TEST_CASE("thousands of users and tokens that nobody knows yet are looked up in the time that one waits for") {
    accounts_scene s;
    s.b.run(meet_many(s));
    s.b.run(find_many(s));
}

TEST_CASE("whoever is seen first becomes a user, once, whichever replicas see them") {
    accounts_scene s;
    s.b.run(meet(s));
}

TEST_CASE("a number that a restored database has given to somebody else is not believed for long") {
    accounts_scene s;
    s.b.run(restored(s));
}

TEST_CASE("other names of a user use up no numbers, and none takes the place of one") {
    accounts_scene s;
    s.b.run(rename(s));
}

TEST_CASE("a token that another replica revoked makes no other, though it is still believed here") {
    accounts_scene s;
    s.b.run(make_by_revoked(s));
}

TEST_CASE("before the schema is there no token can be looked up") {
    accounts_scene s;
    s.b.run(too_early(s));
}
