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

TEST_CASE("a bad configuration is rejected at start with every problem and no secret") {
    const auto e = start_with({}, {{"PORT", "99999"}, {"WEBHOOK_URL", "nonsense"}, {"WEBHOOK_SECRET", "hush"}});
    CHECK(e.code == 2);
    CHECK(e.text.find("PORT") != std::string::npos);
    CHECK(e.text.find("WEBHOOK_URL") != std::string::npos);
    CHECK(e.text.find("hush") == std::string::npos);
}

TEST_CASE("insecure endpoints are warned about at start, by name") {
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

TEST_CASE("the option --help lists the settings and --version shows the version") {
    const auto help = start_with({"--help"}, {});
    CHECK(help.code == 0);
    CHECK(help.text.find("WEBHOOK_SECRET") != std::string::npos);
    CHECK(start_with({"--version"}, {}).code == 0);
    CHECK(start_with({"--verison"}, {}).code == 2);
}

TEST_CASE("a port in use is reported") {
    nats_server nats;
    broadcaster_process first(nats.url(), {});
    REQUIRE(eventually([&] { return first.ready(); }));
    const auto port = first.url("").substr(first.url("").rfind(':') + 1);
    const auto e = start_with({}, {{"PORT", port}, {"METRICS_PORT", "0"}, {"NATS_URL", nats.url()}});
    CHECK(e.code == 1);
    CHECK(e.text.find(port) != std::string::npos);
    CHECK(e.text.find("LISTEN_ADDRESS and PORT") != std::string::npos);
}

TEST_CASE("settings that can never work are reported and prevent the start") {
    struct row {
        const char *variable, *value, *told;
    };
    const auto [variable, value, told] = GENERATE(
        row{"STREAM", "my stream", "STREAM: "}, row{"STREAM", "a.b", "STREAM: "}, row{"STREAM", "*", "STREAM: "},
        row{"SUBJECTS", "a..b", "SUBJECTS: 'a..b'"}, row{"SUBJECTS", "a.>.b", "SUBJECTS: 'a.>.b'"},
        row{"SUBJECTS", "a b", "SUBJECTS: 'a b'"}, row{"SUBJECTS", "a.>,a.b", "overlap"},
        row{"SUBJECTS", "$JS.API.>", "belongs to NATS itself"}, row{"SUBJECTS", "_INBOX.>", "belongs to NATS itself"},
        row{"SUBJECTS", "webhooks.>", "webhooks.attempts.>"}, row{"SUBJECTS", ">", "webhooks.attempts.>"},
        row{"NATS_CREDENTIALS", "/nope.creds", "NATS_CREDENTIALS: cannot read the file '/nope.creds'"},
        row{"NATS_CA_FILE", "/nope.pem", "NATS_CA_FILE: cannot read the file '/nope.pem'"},
        row{"NATS_URL", "http://u:hush@h", "NATS_URL: "}, row{"API_TOKEN", " ", "API_TOKEN: "},
        row{"NATS_USER", "a.b", "NATS_USER: must be one token"}, row{"NATS_USER", "a", "goes with NATS_USER"},
        row{"NATS_PASSWORD", "hush", "NATS_PASSWORD: goes with NATS_USER"},
        row{"API_BASE_PATH", "project", "API_BASE_PATH: "}, row{"LISTEN_ADDRESS", "localhost", "LISTEN_ADDRESS: "},
        row{"METRICS_ADDRESS", "*", "METRICS_ADDRESS: "});
    const auto e = start_with({}, {{variable, value}, {"PORT", "0"}, {"METRICS_PORT", "0"}});
    CAPTURE(variable, value, e.text);
    CHECK(e.code == 2);
    CHECK(e.text.starts_with("broadcaster cannot start:\n"));
    CHECK(e.text.find(told) != std::string::npos);
    CHECK(e.text.find("hush") == std::string::npos);
}

TEST_CASE("help lists the keys of an endpoint with their defaults") {
    const auto help = start_with({"--help"}, {}).text;
    for (const char* key :
         {"name",           "url",           "secret",        "secrets",      "ordering",
          "format",         "events",        "timeout",       "secret_files", "enabled",
          "retry_schedule", "deliver_from",  "max_in_flight", "connections",  "failure_threshold",
          "first_probe",    "longest_probe", "verify_tls",    "ca_file",      "allow_private_addresses"})
        CHECK(help.find("endpoints[]." + std::string(key) + ' ') != std::string::npos);
    CHECK(help.find("5s,30s,2m,10m,30m,1h,3h,6h,12h,1d") != std::string::npos);
}

TEST_CASE("the log says where everything is, and when NATS disconnects and reconnects") {
    nats_server nats;
    nats.stop();
    broadcaster_process b(nats.url(), {}, {{"API_TOKN", "x"}, {"LISTEN_ADDRESS", "127.0.0.1"}});
    CHECK(eventually([&] { return b.log().find("NATS disconnected, reconnecting") != std::string::npos; }));
    CHECK(b.log().find("API_TOKN is not a setting; did you mean API_TOKEN?") != std::string::npos);
    CHECK(b.log().find(R"("address":"127.0.0.1")") != std::string::npos);
    CHECK(b.log().find(R"("api":"open")") != std::string::npos);
    CHECK(b.log().find(R"("nats":")" + nats.url()) != std::string::npos);
    nats.start();
    CHECK(eventually([&] { return b.log().find("NATS connected") != std::string::npos; }));
    const auto before = b.log().size();
    nats.kill();
    CHECK(eventually([&] { return b.log().find("NATS disconnected", before) != std::string::npos; }));
    const auto place = nats.url().substr(nats.url().find("//") + 2);
    CHECK(b.log().find(R"("servers":")" + place) != std::string::npos);
    CHECK(b.log().find(R"("server":")" + place) != std::string::npos);
}

TEST_CASE("a server without JetStream is told as such") {
    const nats_server nats(false);
    const broadcaster_process b(nats.url(), {});
    CHECK(eventually(
        [&] { return b.log().find("JetStream is not enabled (start nats-server with -js)") != std::string::npos; }));
}

TEST_CASE("another number of shards than the bucket has is told in the report") {
    world w;
    const auto report = [](const broadcaster_process& b) { return http_call("GET", b.url("/readyz?verbose")).body; };
    const broadcaster_process four(w.nats.url(), {endpoint_yaml(w.r, "a")});
    four.wait_for_endpoints(1);
    CHECK(report(four).find("[+]shards ok") != std::string::npos);
    const broadcaster_process eight(w.nats.url(), {endpoint_yaml(w.r, "a")}, {{"SHARDS", "8"}});
    REQUIRE(eventually([&] { return eight.ready(); }));
    CHECK(
        eventually([&] { return report(eight).find("[!]shards: SHARDS is 8, and the bucket") != std::string::npos; }));
}

TEST_CASE("without a token foreign hosts and cross-site requests are rejected") {
    nats_server nats;
    broadcaster_process b(nats.url(), {}, {{"ALLOWED_HOSTS", "hooks.example, other.example"}});
    REQUIRE(eventually([&] { return b.ready(); }));
    const auto status = [&](const char* method, const char* path, std::vector<std::pair<std::string, std::string>> h) {
        return http_call(method, b.url(path), "", h).status;
    };
    CHECK(status("GET", "/api/webhooks/endpoints", {{"Host", "evil.example"}}) == 421);
    CHECK(status("GET", "/api/webhooks/endpoints", {{"Host", "hooks.example:80"}}) == 200);
    CHECK(status("GET", "/livez", {{"Host", "evil.example"}}) == 200);
    const char* replay = "/api/webhooks/dead-letters/1/replay";
    CHECK(status("POST", replay, {{"Origin", "https://evil.example"}}) == 403);
    CHECK(status("POST", replay, {{"Sec-Fetch-Site", "cross-site"}}) == 403);
    CHECK(status("POST", replay, {}) != 403);
}

TEST_CASE("a stream that NATS refuses to create is reported in NATS's words") {
    nats_server nats;
    broadcaster_process first(nats.url(), {}, {{"STREAM", "OTHERS"}, {"SUBJECTS", "todos.>"}});
    REQUIRE(eventually([&] { return bus_client(nats.url()).has_stream("OTHERS"); }));
    first.child().stop();
    broadcaster_process b(nats.url(), {});
    CHECK(eventually([&] { return b.log().find("subjects overlap with an existing stream") != std::string::npos; }));
}
