#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

struct ended {
    int code;
    std::string text;
};

ended start_with(std::vector<std::string> arguments, std::map<std::string, std::string> environment) {
    temp_dir dir;
    process::options o;
    o.argv = {program("broadcaster")};
    o.argv.insert(o.argv.end(), arguments.begin(), arguments.end());
    o.environment = std::move(environment);
    o.log = dir.path() / "log";
    process p(std::move(o));
    const auto code = p.wait(10s);
    return {code.value_or(-1), p.output()};
}

}  // namespace

TEST_CASE("bad configuration refuses to start, naming every problem and no secret") {
    const auto e = start_with({}, {{"PORT", "99999"}, {"WEBHOOK_URL", "nonsense"}, {"WEBHOOK_SECRET", "hush"}});
    CHECK(e.code == 2);
    CHECK(e.text.find("PORT") != std::string::npos);
    CHECK(e.text.find("WEBHOOK_URL") != std::string::npos);
    CHECK(e.text.find("hush") == std::string::npos);
}

TEST_CASE("what lets others read or misuse webhooks is warned of at start, by the endpoint's name") {
    nats_server nats;
    broadcaster_process b(nats.url(), {"  - {name: careless, url: 'https://127.0.0.1:1/', verify_tls: false}\n",
                                       "  - {name: plain, url: 'http://billing.invalid/'}\n"});
    REQUIRE(eventually([&] { return b.ready(); }));
    const auto log = b.log();
    INFO(log);
    CHECK(log.find("\"allow_private_addresses is true") != std::string::npos);
    CHECK(log.find("set ca_file instead\",\"endpoint\":\"careless\"") != std::string::npos);
    CHECK(log.find("use https\",\"endpoint\":\"plain\"") != std::string::npos);
}

TEST_CASE("asked with --help it lists the settings, with --version the version") {
    const auto help = start_with({"--help"}, {});
    CHECK(help.code == 0);
    CHECK(help.text.find("WEBHOOK_SECRET") != std::string::npos);
    CHECK(start_with({"--version"}, {}).code == 0);
    CHECK(start_with({"--verison"}, {}).code == 2);
}

TEST_CASE("a port that is taken is named") {
    nats_server nats;
    broadcaster_process first(nats.url(), {});
    REQUIRE(eventually([&] { return first.ready(); }));
    const auto port = first.url("").substr(first.url("").rfind(':') + 1);
    const auto e = start_with({}, {{"PORT", port}, {"METRICS_PORT", "0"}, {"NATS_URL", nats.url()}});
    CHECK(e.code == 1);
    CHECK(e.text.find(port) != std::string::npos);
}
