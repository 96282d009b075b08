#include "identity_provider.hpp"

#include "runtime/run.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"
#include "support/servers.hpp"

using namespace tidings;
using namespace std::chrono_literals;
using support::metric_value;

namespace {

constexpr const char* a_key = R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";

struct provider {
    boost::asio::io_context loop{1};
    observe::metrics metrics{"test"};
    std::unique_ptr<identity::verifier> verifier;

    explicit provider(const todo_be::identity_settings& s)
        : verifier(todo_be::make_verifier(loop.get_executor(), s, metrics)) {}

    static runtime::task<> keep(identity::verifier& v, std::string token, identity::refusal& into) {
        into = std::get<identity::refusal>(co_await v.verify(token));
    }
    identity::refusal refuse(const std::string& token) {
        identity::refusal r;
        runtime::run(loop, keep(*verifier, token, r));
        return r;
    }
    std::optional<double> value(const std::string& series) const { return metric_value(metrics.text(), series); }
};

}  // namespace

TEST_CASE("without an issuer there is no verifier") { CHECK(provider({}).verifier == nullptr); }

TEST_CASE("what becomes of tokens is counted, from 0 on") {
    provider p({.issuer = "https://id.example.com", .audience = "todo", .keys = *identity::key_set::parse(a_key)});
    CHECK(p.value("todo_oidc_tokens_total{outcome=\"accepted\"}") == 0);
    CHECK(p.refuse("junk").what == identity::refusal::kind::invalid_token);
    p.refuse("junk");
    CHECK(p.value("todo_oidc_tokens_total{outcome=\"malformed\"}") == 2);
}

TEST_CASE("what becomes of fetches is counted") {
    const auto nobody = "http://127.0.0.1:" + std::to_string(support::free_port());
    provider p({.issuer = nobody, .audience = "todo"});
    CHECK(support::eventually([&] {
        p.refuse("junk");
        return p.value("todo_oidc_key_fetches_total{outcome=\"failed\"}") >= 1;
    }));
    CHECK(p.value("todo_oidc_key_fetches_total{outcome=\"ok\"}") == 0);
    CHECK(p.refuse("junk").what == identity::refusal::kind::unavailable);
    CHECK(p.value("todo_oidc_tokens_total{outcome=\"unavailable\"}") >= 1);
}
