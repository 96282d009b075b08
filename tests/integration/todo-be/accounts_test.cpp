// Users, made when they are first seen.
#include "store/pg_account_store.hpp"

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
    std::unique_ptr<pg_account_store> replica() {
        return std::make_unique<pg_account_store>(b.ctx, pg::pool_options{.connect = b.connect},
                                                  [this] { return ready; });
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

}  // namespace

TEST_CASE("whoever is seen first becomes a user, once, whichever replicas see them") {
    accounts_scene s;
    s.b.run(meet(s));
}

TEST_CASE("before the schema is there no token can be looked up") {
    accounts_scene s;
    s.b.run(too_early(s));
}
