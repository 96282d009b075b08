#include "provider.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <stdexcept>
#include <utility>

#include "runtime/run.hpp"

namespace tidings::test {

namespace {

using verdict = verifying::verdict;

runtime::task<> keep(identity::verifier& v, const std::string& token, verdict& into) {
    into = co_await v.verify(token);
}

runtime::task<> wait_until(const std::function<bool()>& condition, bool& held) {
    const auto end = runtime::now() + 20s;
    while (!(held = condition()) && runtime::now() < end)
        co_await runtime::sleep_for(10ms);
}

}  // namespace

provider::provider() { start(); }

void provider::start() {
    child_.emplace(support::process::options{.argv = {"node", IDENTITY_FOLDER "/provider.mjs"},
                                             .environment = {{"PORT", std::to_string(port_)}},
                                             .log = dir_.path() / "log",
                                             .user = {}});
    const auto answers = [this] {
        try {
            return fetches() == 0;
        } catch (const std::runtime_error&) {
            return false;
        }
    };
    if (!support::eventually(answers)) throw std::runtime_error("no provider: " + child_->output());
}

std::string provider::control(const std::string& method, const std::string& what, const std::string& body) const {
    const auto answer = support::http_call(method, url() + "/control/" + what, body);
    if (answer.status != 200) throw std::runtime_error(what + ": " + answer.body);
    return answer.body;
}

json::object provider::token(const std::string& form) const {
    // robot:for-tests-only
    const auto answer = support::http_call(
        "POST", url() + "/token", form,
        {{"Content-Type", "application/x-www-form-urlencoded"},
         {form.find("client_id") == form.npos ? "Authorization" : "X-None", "Basic cm9ib3Q6Zm9yLXRlc3RzLW9ubHk="}});
    if (answer.status != 200) throw std::runtime_error(answer.body);
    return json::parse(answer.body).as_object();
}

std::string provider::robot() const {
    const auto answer = token("grant_type=client_credentials&scope=todos:read&resource=https://todo.example.com/api");
    return std::string(answer.at("access_token").as_string());
}

json::object provider::login() const { return json::parse(control("GET", "login")).as_object(); }

std::string provider::forge(const std::string& attack, const json::object& claims) const {
    return control("POST", "forge", json::serialize(json::object{{"attack", attack}, {"claims", claims}}));
}

identity::verifier_options options_for(const provider& p) {
    identity::verifier_options options;
    options.expected = {.issuer = p.url(), .audience = audience, .skew = 60s};
    return options;
}

verifying::verifying(const identity::verifier_options& options)
    : verifier_(identity::make_token_verifier(
          ctx_.get_executor(), options,
          {.on_token = [this](std::string_view outcome) { outcomes.emplace_back(outcome); },
           .on_fetch = [this](const identity::key_news& n) { news.push_back(n); }})) {
    if (!options.keys) run_until([this] { return !news.empty(); });
}

verdict verifying::ask(const std::string& token) {
    verdict answer = identity::refusal{};
    runtime::run(ctx_, keep(*verifier_, token, answer));
    return answer;
}

std::string verifying::subject(const std::string& token) {
    const auto answer = ask(token);
    if (const auto* refused = std::get_if<identity::refusal>(&answer)) return "refused: " + refused->why;
    return std::get<identity::principal>(answer).subject;
}

std::string verifying::why(const std::string& token) {
    const auto answer = ask(token);
    const auto* refused = std::get_if<identity::refusal>(&answer);
    return refused == nullptr ? "accepted" : refused->why;
}

bool verifying::unavailable(const std::string& token) {
    const auto answer = ask(token);
    const auto* refused = std::get_if<identity::refusal>(&answer);
    return refused != nullptr && refused->what == identity::refusal::kind::unavailable;
}

bool verifying::run_until(const std::function<bool()>& condition) {
    bool held = false;
    runtime::run(ctx_, wait_until(condition, held));
    return held;
}

}  // namespace tidings::test
