// What is being done with a token when it is revoked or expires.
#include "slow_exchange.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

std::string count_of(const servers& world, const person& p) {
    return support::query(world.postgres.url(), "select count(*) from todos where owner = " + p.user).at(0).at(0);
}

void revoke(const servers& world, const person& p) {
    support::query(world.postgres.url(), "delete from access_tokens where owner = " + p.user + " returning 1");
}

}  // namespace

TEST_CASE("an import ends with the token by which it was begun, and says how far it got") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann");
    slow_exchange import(be, "POST /api/todos:import", ann.token, lines);
    import.send(chunk_of_todos());
    REQUIRE(support::eventually([&] { return count_of(world, ann) == "1000"; }));
    revoke(world, ann);
    const auto answer = import_until_refused(import);
    INFO(answer);
    CHECK(answer.starts_with("HTTP/1.1 401 "));
    CHECK(answer.find("to-dos created so far: " + count_of(world, ann)) != std::string::npos);
}

TEST_CASE("an import ends when its token expires") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann");
    slow_exchange import(be, "POST /api/todos:import", ann.new_token("todos:write", "now() + interval '2 seconds'"),
                         lines);
    CHECK(import_until_refused(import).starts_with("HTTP/1.1 401 "));
}

TEST_CASE("a file is cut short when the token by which it is read is revoked") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann");
    fill(world, ann.user);
    slow_exchange file(be, "GET /api/todos:export?format=csv", ann.token, "");
    REQUIRE(support::eventually([&] { return file.socket.available() > 0; }));
    revoke(world, ann);
    REQUIRE(support::eventually([&] { return ann.call(be, "GET", "/api/todos?limit=1").status == 401; }));
    const auto read = file.rest();
    CHECK(read.starts_with("HTTP/1.1 200 "));
    CHECK_FALSE(read.ends_with("\r\n0\r\n\r\n"));
}
