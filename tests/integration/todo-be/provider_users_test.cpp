// Users whom an identity provider vouches for: a real one, of other people.

#include "people.hpp"
#include "provider.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

std::string access_token(const boost::json::object& answer) {
    return std::string(answer.at("access_token").as_string());
}

backend_options accepting(const test::provider& p) {
    return with_users({{"OIDC_ISSUER", p.url()}, {"OIDC_AUDIENCE", test::audience}});
}

}  // namespace

TEST_CASE("whoever comes with a token of the provider is a user from then on, with to-dos of their own") {
    const servers world;
    const test::provider p;
    const auto be = world.start(accepting(p));
    const auto anna = access_token(p.login()), robot = p.robot();
    const auto made = be.call("POST", "/api/todos", R"({"title":"of anna"})", bearer(anna));
    REQUIRE(made.status == 201);
    const auto path = "/api/todos/" + id_of(made);
    CHECK(be.call("GET", path, {}, bearer(anna)).status == 200);
    CHECK(is_problem(be.call("GET", path, {}, bearer(robot)), 404));
    CHECK(be.call("GET", "/api/todos", {}, bearer(robot)).body.find("of anna") == std::string::npos);
    const auto again = access_token(p.login());
    CHECK(again != anna);
    CHECK(be.call("GET", path, {}, bearer(again)).status == 200);
    CHECK(be.log().find(anna) == std::string::npos);
}

TEST_CASE("forged tokens of the provider open nothing, and say why") {
    const servers world;
    const test::provider p;
    const auto be = world.start(accepting(p));
    const std::string attack =
        GENERATE(as<std::string>{}, "none", "hs256", "expired", "otherIssuer", "otherAudience", "twice", "otherKey");
    CAPTURE(attack);
    const auto refused = be.call("GET", "/api/todos", {}, bearer(p.forge(attack)));
    CHECK(is_problem(refused, 401));
    CHECK(refused.header("www-authenticate").find("error=\"invalid_token\"") != std::string::npos);
}

TEST_CASE("while the provider was never there its tokens are 503, and those of todo-be go on") {
    const servers world;
    test::provider p;
    const auto token = p.robot();
    p.kill();
    const auto be = world.start(accepting(p));
    const auto refused = be.call("GET", "/api/todos", {}, bearer(token));
    CHECK(is_problem(refused, 503));
    CHECK_FALSE(refused.header("retry-after").empty());
    CHECK(be.call("GET", "/api/todos", {}, bearer(operator_token)).status == 200);
}
