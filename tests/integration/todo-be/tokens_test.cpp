// Personal access tokens: made, used, listed, revoked.

#include "event_reader.hpp"
#include "ids/timestamp.hpp"
#include "people.hpp"
#include "socket_client.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
using namespace std::chrono_literals;

namespace {

std::string in(std::chrono::hours time) { return ids::format(ids::now() + time); }

std::string wanted(const std::string& scopes, const std::string& end) {
    return R"({"name":"backup","scopes":[)" + scopes + R"(],"expires_at":")" + end + "\"}";
}

support::http_answer make(const backend& be, const std::string& token, const std::string& body) {
    return be.call("POST", "/api/tokens", body, bearer(token));
}

int status(const backend& be, const std::string& token) {
    return be.call("GET", "/api/todos", {}, bearer(token)).status;
}

}  // namespace

TEST_CASE("a token is shown once, works, is listed without its secret, and is revoked") {
    const servers world;
    const auto be = world.start(with_users());
    const person bob(world, "bob");
    const auto again = make(be, operator_token, wanted(R"("todos:read","calendar")", in(24h)));
    REQUIRE(again.status == 201);
    CHECK(again.header("cache-control") == "no-store");
    const auto token = text_of(json_of(again).at("token")), id = text_of(json_of(again).at("id"));
    const auto path = "/api/tokens/" + id;
    CHECK(again.header("location") == path);
    CHECK(status(be, token) == 200);
    CHECK(be.call("POST", "/api/todos", R"({"title":"x"})", bearer(token)).status == 403);
    const auto list = be.call("GET", "/api/tokens", {}, bearer(operator_token));
    CHECK(list.status == 200);
    CHECK(list.body.find(id) != std::string::npos);
    CHECK(list.body.find("tdp_") == std::string::npos);
    CHECK_FALSE(json_of(be.call("GET", path, {}, bearer(operator_token))).at("last_used_at").is_null());
    CHECK(be.call("GET", "/api/tokens", {}, bearer(bob.token)).body.find(id) == std::string::npos);
    CHECK(is_problem(be.call("GET", path, {}, bearer(bob.token)), 404));
    CHECK(is_problem(be.call("DELETE", path, {}, bearer(bob.token)), 404));
    CHECK(status(be, token) == 200);
    CHECK(be.call("DELETE", path, {}, bearer(operator_token)).status == 204);
    CHECK(status(be, token) == 401);
    CHECK(is_problem(be.call("DELETE", path, {}, bearer(operator_token)), 404));
    CHECK(
        support::query(world.postgres.url(), "select count(*) from access_tokens where encode(hash, 'escape') ~ 'tdp'")
            .at(0)
            .at(0) == "0");
    CHECK(be.log().find(token) == std::string::npos);
}

TEST_CASE("a token gives no more than the one by which it is made") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann");
    const auto few = ann.new_token("tokens todos:read", "now() + interval '2 days'");
    const auto wrong = [&](const std::string& body) {
        const auto answer = make(be, few, body);
        INFO(answer.body);
        CHECK(is_problem(answer, 422));
        return answer.body;
    };
    CHECK(wrong(wanted(R"("todos:write")", in(24h))).find("/scopes/0") != std::string::npos);
    CHECK(wrong(wanted(R"("todos:read")", in(72h))).find("/expires_at") != std::string::npos);
    CHECK(wrong(wanted(R"("everything")", in(24h))).find("/scopes/0") != std::string::npos);
    wrong(wanted("", in(24h)));
    wrong(wanted(R"("todos:read")", in(-1h)));
    wrong(wanted(R"("todos:read")", in(24h * 400)));
    wrong(wanted(R"("todos:read")", "soon"));
    wrong(R"({"name":" ","scopes":["todos:read"],"expires_at":")" + in(24h) + "\"}");
    wrong(R"({"scopes":["todos:read"],"colour":1})");
    CHECK(is_problem(make(be, few, "[]"), 422));
    CHECK(is_problem(make(be, few, "{"), 400));
    CHECK(make(be, few, wanted(R"("todos:read")", in(24h))).status == 201);
    CHECK(is_problem(make(be, operator_token, wanted(R"("todos:read")", in(24h * 367))), 422));
}

TEST_CASE("a user has at most a hundred tokens") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann");
    support::query(world.postgres.url(),
                   "insert into access_tokens (id, owner, name, hash, scopes, expires_at) select gen_random_uuid(), " +
                       ann.user +
                       ", 'x', sha256(n::text::bytea), 'todos:read', now() + interval '1 day' from "
                       "generate_series(1, 99) n returning 1");
    CHECK(is_problem(make(be, ann.token, wanted(R"("todos:read")", ids::format(ids::now() + 30min))), 409));
    CHECK(make(be, operator_token, wanted(R"("todos:read")", in(1h))).status == 201);
}

TEST_CASE("a token that is revoked at one replica is refused by the others within a second, and its streams end") {
    const servers world;
    const auto here = world.start(with_users()), there = world.start(with_users());
    const person ann(world, "ann");
    const auto token = ann.new_token("todos:read");
    const auto id =
        support::query(world.postgres.url(), "select id from access_tokens order by created_at desc limit 1")
            .at(0)
            .at(0);
    REQUIRE(status(here, token) == 200);
    REQUIRE(status(there, token) == 200);
    event_reader stream(there.port(), "", bearer(token));
    socket_client socket(there.port(), "", bearer(token));
    REQUIRE(stream.read_more());
    REQUIRE(socket.receive());
    REQUIRE(here.call("DELETE", "/api/tokens/" + id, {}, bearer(ann.token)).status == 204);
    CHECK(status(here, token) == 401);
    CHECK(support::eventually([&] { return status(there, token) == 401; }));
    CHECK(stream.ends_cleanly());
    CHECK(socket.close_code() == 4401);
}

TEST_CASE("a token that expires is refused, and its streams end") {
    const servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann");
    const auto token = ann.new_token("todos:read", "now() + interval '8 seconds'");
    event_reader stream(be.port(), "", bearer(token));
    REQUIRE(stream.status() == 200);
    CHECK(stream.ends_cleanly());
    CHECK(status(be, token) == 401);
}

TEST_CASE("each administrative act is in the log, and an event") {
    const servers world;
    const auto be = world.start(with_users());
    const auto made = make(be, operator_token, wanted(R"("todos:read")", in(1h)));
    const auto id = text_of(json_of(made).at("id"));
    REQUIRE(be.call("DELETE", "/api/tokens/" + id, {}, bearer(operator_token)).status == 204);
    const auto log = be.log();
    CHECK(log.find("token created") != std::string::npos);
    CHECK(log.find("token revoked") != std::string::npos);
    const auto page = json_of(be.call("GET", "/api/events?after=0", {}, bearer(operator_token)));
    REQUIRE(page.at("events").as_array().size() == 2);
    CHECK(page.at("events").at(0).at("type") == "io.tidings.token.created.v1");
    CHECK(page.at("events").at(0).at("data").at("token").at("id") == id.c_str());
    CHECK(page.at("events").at(1).at("type") == "io.tidings.token.revoked.v1");
    CHECK(support::eventually(
        [&] { return support::query(world.postgres.url(), "select count(*) from outbox").at(0).at(0) == "0"; }));
}

TEST_CASE("while the database is away a token cannot be verified, and nobody gets in by it") {
    servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann");
    REQUIRE(status(be, ann.token) == 200);
    world.postgres.stop();
    CHECK(support::eventually([&] {
        const auto answer = be.call("GET", "/api/todos/01890000-0000-7000-8000-000000000000", {}, bearer(ann.token));
        return is_problem(answer, 503) && !answer.header("retry-after").empty();
    }));
    CHECK(be.call("GET", "/api/todos").status == 401);
}

TEST_CASE("after a restart of the database the first request with a token is served") {
    servers world;
    const auto be = world.start(with_users());
    const person ann(world, "ann");
    REQUIRE(status(be, ann.token) == 200);
    world.postgres.stop();
    world.postgres.start();
    REQUIRE(support::eventually([&] { return be.ready(); }));
    CHECK(status(be, ann.new_token("todos:read")) == 200);
}

TEST_CASE("metrics say when the first of the operator's lasting tokens ends") {
    const servers world;
    const auto end = std::chrono::floor<std::chrono::seconds>(ids::now()) + 24h * 200;
    {
        const auto be = world.start(with_users());
        for (const auto& when : {in(24h * 300), ids::format(end), in(24h * 29)})
            REQUIRE(make(be, operator_token, wanted(R"("todos:read")", when)).status == 201);
        person(world, "bob").new_token("todos:read", "now() + interval '100 days'");
    }
    const auto be = world.start(with_users());
    const auto told = [&] { return be.metric("todo_operator_token_expiry_timestamp_seconds").value_or(0); };
    CHECK(support::eventually([&] { return told() > 0; }));
    CHECK(told() == static_cast<double>(end.time_since_epoch().count()));
}

TEST_CASE("with IDENTITY off there are no tokens") {
    const servers world;
    const auto be = world.start();
    CHECK(is_problem(be.call("GET", "/api/tokens"), 404));
    CHECK(is_problem(be.call("POST", "/api/tokens", wanted(R"("todos:read")", in(1h))), 404));
    CHECK(be.call("GET", "/api/todos", {}, bearer("whatever")).status == 200);
}

TEST_CASE("rates are each user's own, and of addresses where nobody is known") {
    const servers world;
    const auto be = world.start(with_users({{"RATE_LIMIT", "3"}, {"RATE_LIMIT_WINDOW", "1h"}}));
    const person ann(world, "ann"), bob(world, "bob");
    const auto first = ann.call(be, "GET", "/api/todos");
    CHECK(first.header("ratelimit-policy") == R"("user";q=3;w=3600)");
    CHECK(first.header("ratelimit").starts_with(R"("user";r=2;t=)"));
    CHECK(status(be, ann.new_token("todos:read")) == 200);
    CHECK(status(be, ann.token) == 200);
    CHECK(is_problem(ann.call(be, "GET", "/api/todos"), 429));
    CHECK(status(be, bob.token) == 200);
    CHECK(status(be, todo_be::new_token_text()) == 401);
    CHECK(be.call("GET", "/api/todos").status == 401);
    CHECK(status(be, "guess") == 401);
    CHECK(status(be, "guess") == 429);
    CHECK(be.call("GET", "/api/todos").status == 429);
    CHECK(status(be, bob.token) == 200);
}
