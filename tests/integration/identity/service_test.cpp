// todo-be with IDENTITY=on, and the tokens of a certified provider.
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "provider.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::test;
using Catch::Contains;

namespace {

class service {
  public:
    explicit service(const provider& p)
        : child_({.argv = {support::program("todo-be")},
                  .environment = {{"DATABASE_URL", postgres_.url()},
                                  {"NATS_URL", nats_.url()},
                                  {"PORT", std::to_string(port_)},
                                  {"METRICS_PORT", std::to_string(metrics_port_)},
                                  {"IDENTITY", "on"},
                                  {"OIDC_ISSUER", p.url()},
                                  {"OIDC_AUDIENCE", audience}},
                  .log = dir_.path() / "log",
                  .user = {}}) {
        REQUIRE(support::eventually([this] { return ready(); }));
    }

    support::http_answer call(const std::string& method, const std::string& token, const std::string& body = {}) const {
        return support::http_call(method, url(port_) + "/api/todos", body,
                                  {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}});
    }
    std::size_t listed(const std::string& token) const {
        const auto answer = call("GET", token);
        REQUIRE(answer.status == 200);
        return json::parse(answer.body).at("items").as_array().size();
    }
    double tokens(const std::string& outcome) const {
        const auto text = support::http_call("GET", url(metrics_port_) + "/metrics").body;
        return support::metric_value(text, "todo_oidc_tokens_total{outcome=\"" + outcome + "\"}").value_or(0);
    }
    std::string log() const { return child_.output(); }

  private:
    static std::string url(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }
    bool ready() const {
        try {
            return support::http_call("GET", url(port_) + "/readyz").status == 200;
        } catch (const std::runtime_error&) {
            return false;
        }
    }

    support::postgres_server postgres_;
    support::nats_server nats_;
    support::temp_dir dir_;
    std::uint16_t port_ = support::free_port(), metrics_port_ = support::free_port();
    support::process child_;
};

std::string access_token(const json::object& answer) { return std::string(answer.at("access_token").as_string()); }

}  // namespace

TEST_CASE("who logged in at the provider has to-dos of their own, also after a refresh and new keys") {
    const provider p;
    const service be(p);
    const auto login = p.login();
    const auto anna = access_token(login), robot = p.robot();
    CHECK(be.call("POST", anna, R"({"title":"milk"})").status == 201);
    CHECK(be.listed(anna) == 1);
    CHECK(be.listed(robot) == 0);
    const auto refused = be.call("POST", robot, R"({"title":"tea"})");  // its scope is todos:read
    CHECK(refused.status == 403);
    CHECK_THAT(refused.header("www-authenticate"), Contains("insufficient_scope"));

    const auto again = p.token("grant_type=refresh_token&client_id=app&refresh_token=" +
                               std::string(login.at("refresh_token").as_string()));
    CHECK(be.listed(access_token(again)) == 1);
    p.rotate();
    CHECK(be.listed(access_token(p.login())) == 1);
    CHECK(support::eventually([&] { return be.call("GET", anna).status == 401; }));
}

TEST_CASE("forged tokens are answered 401 and the reason, and never shown") {
    const provider p;
    const service be(p);
    for (const auto* attack : {"none", "hs256", "expired", "otherIssuer", "otherAudience", "twice", "otherKey",
                               "unknownKey", "logoutToken", "deep"}) {
        INFO(attack);
        const auto token = p.forge(attack);
        const auto answer = be.call("GET", token);
        CHECK(answer.status == 401);
        CHECK_THAT(answer.header("www-authenticate"), Contains("invalid_token") && Contains("error_description"));
        CHECK(answer.body.find(token) == std::string::npos);
        CHECK(be.log().find(token) == std::string::npos);
    }
    CHECK(be.tokens("algorithm_refused") == 2);
    CHECK(be.tokens("signature_wrong") == 1);
    CHECK(be.call("GET", p.robot()).status == 200);
}

TEST_CASE("while the provider is away its tokens are accepted, and what cannot be known is 503") {
    provider p;
    const service be(p);
    const auto token = p.robot(), stranger = p.forge("unknownKey");
    CHECK(be.call("GET", token).status == 200);
    p.kill();
    CHECK(be.call("GET", token).status == 200);
    const auto answer = be.call("GET", stranger);
    CHECK(answer.status == 503);
    CHECK_FALSE(answer.header("retry-after").empty());
}
