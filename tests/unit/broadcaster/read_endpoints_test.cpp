#include "endpoints/read_endpoints.hpp"

#include <fstream>

#include "settings.hpp"
#include "support/catch.hpp"
#include "support/process.hpp"

using namespace tidings;
using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

settings read(const char* yaml, config::environment env = {}) {
    auto in = config::reader::parse(yaml, std::move(env));
    auto s = read_settings(in);
    in.finish();
    return s;
}

std::string problem_of(const char* yaml, config::environment env = {}) {
    try {
        read(yaml, std::move(env));
    } catch (const config::error& e) {
        return e.what();
    }
    return "accepted";
}

}  // namespace

TEST_CASE("endpoints come from the file and from WEBHOOK_URL") {
    const auto c =
        read(R"(
endpoints:
  - name: billing
    url: https://billing.example/hook
    secrets: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw]
    ordering: per-key
    events: [io.tidings.todo.*]
    timeout: 3s
    retry_schedule: [1s, 2s]
)",
             {{"WEBHOOK_URL", "http://127.0.0.1:1/x"}, {"WEBHOOK_SECRET", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}});
    REQUIRE(c.endpoints.size() == 2);
    const auto& billing = c.endpoints[0];
    CHECK(billing.name == "billing");
    CHECK(billing.order == ordering::per_key);
    CHECK(billing.event_types == std::vector<std::string>{"io.tidings.todo.*"});
    CHECK(billing.timeout == 3s);
    CHECK(billing.retry_schedule == std::vector<std::chrono::milliseconds>{1s, 2s});
    CHECK(c.endpoints[1].name == "webhook");
    CHECK(c.endpoints[1].url == "http://127.0.0.1:1/x");
    CHECK(c.endpoints[1].secrets.size() == 1);
}

TEST_CASE("a log-only endpoint needs no url and allows none") {
    const auto c = read("endpoints: [{name: log, format: log-only}]");
    REQUIRE(c.endpoints.size() == 1);
    CHECK(c.endpoints[0].format == webhook_format::log_only);
    CHECK(problem_of("endpoints: [{name: log, format: log-only, url: 'http://x/'}]").find("endpoints[0].url") !=
          std::string::npos);
    CHECK(problem_of("endpoints: [{name: log}]").find("endpoints[0].url") != std::string::npos);
    CHECK(problem_of("endpoints: [{name: log, format: sms}]").find("endpoints[0].format") != std::string::npos);
}

TEST_CASE("secret_files names files, each of which holds one more secret") {
    const support::temp_dir dir;
    const auto write = [&](const char* name, const char* text) {
        const auto path = dir.path() / name;
        std::ofstream(path) << text;
        return path.string();
    };
    const auto in_file = [](const std::string& files) {
        return "endpoints: [{name: a, url: 'http://x/', secrets: [MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw], secret_files: [" +
               files + "]}]";
    };
    const auto one = write("one", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    const auto two = write("two", "hush hush");
    const auto c = read(in_file(one).c_str());
    CHECK(c.endpoints[0].secrets ==
          std::vector<std::string>{"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"});
    const auto told = problem_of(in_file(one + ", " + two + ", /nope").c_str());
    CHECK(told.find("endpoints[0].secret_files (config.yaml line 1): number 3 is not base64") != std::string::npos);
    CHECK(told.find("cannot read the file '/nope'") != std::string::npos);
    CHECK(told.find("hush") == std::string::npos);
}

TEST_CASE("problems of an endpoint are reported") {
    CHECK(problem_of("endpoints: [{name: A, url: 'http://x/'}]").find("endpoints[0].name") != std::string::npos);
    CHECK(problem_of("endpoints: [{name: a, url: 'ftp://x/'}]").find("endpoints[0].url") != std::string::npos);
    CHECK(problem_of("endpoints: [{name: a, url: 'http://x/', ordering: sorted}]").find("ordering") !=
          std::string::npos);
    CHECK(problem_of("endpoints: [{name: a, url: 'http://x/', colour: red}]").find("colour") != std::string::npos);
    CHECK(problem_of("endpoints: [{name: a, url: 'http://x/'}, {name: a, url: 'http://y/'}]").find("twice") !=
          std::string::npos);
    CHECK(problem_of("", {{"WEBHOOK_URL", "nonsense"}}).find("WEBHOOK_URL") != std::string::npos);
    CHECK(problem_of("mode: core\nendpoints: [{name: a, url: 'http://x/', ordering: per-key}]").find("order") !=
          std::string::npos);
}

TEST_CASE("each violation of an endpoint in YAML is told with its line") {
    const auto told = problem_of(
        "endpoints:\n"
        "  - name: a\n"
        "    url: ftp://x/\n"
        "    source:\n"
        "      stream: ORDERS\n"
        "      subject: a..b\n"
        "    events:\n"
        "      - ok\n"
        "      - 'not ok'\n"
        "    first_probe: 10m\n"
        "    longest_probe: 1m\n"
        "  - name: b\n");
    for (const auto* one :
         {"endpoints[0].url (config.yaml line 3): must be", "endpoints[0].source.subject (config.yaml line 6): has an",
          "endpoints[0].events (config.yaml line 7): number 2 'not ok' matches",
          "endpoints[0].first_probe (config.yaml line 10): '10m' is longer",
          "endpoints[1].url (config.yaml line 12): must be"}) {
        INFO(one << " in " << told);
        CHECK(told.find(one) != std::string::npos);
    }
}

TEST_CASE("a bad secret is rejected with the reason and the fix, not shown") {
    const auto in_file = [](const std::string& secrets) {
        return problem_of(("endpoints: [{name: a, url: 'http://x/', " + secrets + "}]").c_str());
    };
    CHECK(
        in_file("secret: 'plain ascii text secret!'").find("endpoints[0].secret (config.yaml line 1): is not base64") !=
        std::string::npos);
    CHECK(in_file("secret: 'plain ascii text secret!'").find("ascii") == std::string::npos);
    CHECK(in_file("secrets: [MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, AAAA]").find("number 2 decodes to a key of the wrong") !=
          std::string::npos);
    const auto variable = problem_of("", {{"WEBHOOK_URL", "http://x/"}, {"WEBHOOK_SECRET", "sixteen letters!"}});
    CHECK(variable.find("WEBHOOK_SECRET: is not base64") != std::string::npos);
}
