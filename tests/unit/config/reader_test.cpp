#include "config/reader.hpp"

#include "problems_of.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace std::chrono_literals;

namespace {

constexpr config::setting port{"port", "PORT", "port of the HTTP API"};
constexpr config::setting token{"api_token", "API_TOKEN", "bearer token of the API"};

std::uint64_t port_from(std::string_view yaml, config::environment env, std::string expected_problem = {}) {
    auto in = config::reader::parse(yaml, std::move(env));
    std::uint64_t value = 8002;
    in.number(port, value, 0, 65535);
    CHECK(problems_of(in) == expected_problem);
    return value;
}

}  // namespace

TEST_CASE("the environment wins over the file, and the file over the default") {
    CHECK(port_from("", {}) == 8002);
    CHECK(port_from("port: 1", {}) == 1);
    CHECK(port_from("port: 1", {{"PORT", "2"}}) == 2);
    CHECK(port_from("", {{"PORT", "2"}}) == 2);
}

TEST_CASE("what is set but empty counts as not set") {
    CHECK(port_from("port: 1", {{"PORT", ""}, {"PORT_FILE", ""}}) == 1);
    CHECK(port_from("port:", {}) == 8002);
    CHECK(port_from("port: ~", {}) == 8002);
}

TEST_CASE("a bad value is reported with its place and the fix, and the default is kept") {
    CHECK(port_from("", {{"PORT", "abc"}}, "PORT: 'abc' is not a whole number; use 0..65535") == 8002);
    CHECK(port_from("a: 1\nport: x", {},
                    "port (config.yaml line 2): 'x' is not a whole number; use 0..65535\n"
                    "unknown key 'a' in config.yaml line 1") == 8002);
    CHECK(port_from("port: [1, 2]", {}, "port (config.yaml line 1): needs a single value, not a list or a map") ==
          8002);
    CHECK(port_from("port: {a: 1}", {}, "port (config.yaml line 1): needs a single value, not a list or a map") ==
          8002);
}

TEST_CASE("an unknown key is reported with its line and a suggestion") {
    port_from("# comment\n\nprot: 1", {}, "unknown key 'prot' in config.yaml line 3; did you mean 'port'?");
    port_from("PORT: 1", {}, "unknown key 'PORT' in config.yaml line 1; did you mean 'port'?");
    port_from("unrelated: 1", {}, "unknown key 'unrelated' in config.yaml line 1");
}

TEST_CASE("all problems are reported together, one per line") {
    auto in = config::reader::parse("log_level: loud\nendpoint: x", {{"PORT", "-1"}, {"STOP_TIMEOUT", "10"}});
    std::uint16_t p = 1;
    std::string level = "info";
    std::chrono::milliseconds timeout = 5s;
    in.number(port, p, 1, 65535);
    in.choice({"log_level", "LOG_LEVEL", ""}, level, {"debug", "info"});
    in.duration({"stop_timeout", "STOP_TIMEOUT", ""}, timeout, 1s, 1min);
    in.problem("webhook_url", "must start with http:// or https://");
    CHECK(problems_of(in) ==
          "PORT: '-1' is not a whole number; use 1..65535\n"
          "log_level (config.yaml line 1): 'loud' is not one of: debug, info\n"
          "STOP_TIMEOUT: '10' is not a duration; write a number with ms, s, m, h or d, such as 10s; use 1s..1m\n"
          "webhook_url: must start with http:// or https://\n"
          "unknown key 'endpoint' in config.yaml line 2");
    CHECK(p == 1);
    CHECK(level == "info");
    CHECK(timeout == 5s);
}

TEST_CASE("every kind of setting is read from the file and from the environment") {
    const std::string yaml =
        "t: from file\nf: yes\nd: 250ms\nc: b\nl: [x, 'y,z']\nds: [1s, 2m]\nn: 18446744073709551615\n";
    const config::environment set{{"T", "t=1, 2"},    {"F", "0"},      {"D", "1h"}, {"C", "a"},
                                  {"L", " p , q,, "}, {"DS", "7d,0s"}, {"N", "0"}};
    for (const bool from_environment : {false, true}) {
        auto in = config::reader::parse(yaml, from_environment ? set : config::environment{});
        std::string t, c;
        bool f = from_environment;
        std::chrono::milliseconds d{};
        std::vector<std::string> l{"default"};
        std::vector<std::chrono::milliseconds> ds{3s};
        std::uint64_t n = 5;
        in.text({"t", "T", ""}, t);
        in.flag({"f", "F", ""}, f);
        in.duration({"d", "D", ""}, d, 0ms, 24h);
        in.choice({"c", "C", ""}, c, {"a", "b"});
        in.list({"l", "L", ""}, l);
        in.durations({"ds", "DS", ""}, ds);
        in.number({"n", "N", ""}, n, 0, UINT64_MAX);
        CHECK(problems_of(in).empty());
        CHECK(t == (from_environment ? "t=1, 2" : "from file"));
        CHECK(f == !from_environment);
        CHECK(d == (from_environment ? 1h : 250ms));
        CHECK(c == (from_environment ? "a" : "b"));
        CHECK(l == (from_environment ? std::vector<std::string>{"p", "q"} : std::vector<std::string>{"x", "y,z"}));
        CHECK(ds == (from_environment ? std::vector<std::chrono::milliseconds>{std::chrono::days(7), 0s}
                                      : std::vector<std::chrono::milliseconds>{1s, 2min}));
        CHECK(n == (from_environment ? 0 : UINT64_MAX));
    }
}

TEST_CASE("a list that is not set keeps its default, an empty one empties it") {
    for (const std::string_view yaml : {"", "l:", "l: []"}) {
        auto in = config::reader::parse(yaml, {});
        std::vector<std::string> l{"default"};
        in.list({"l", "L", ""}, l);
        CHECK(problems_of(in).empty());
        CHECK(l.empty() == (yaml == "l: []"));
    }
}

TEST_CASE("a list must be a list of single values") {
    const auto yaml = GENERATE("l: a", "l: {a: b}", "l: [[a]]", "l: [a, ~]");
    auto in = config::reader::parse(yaml, {});
    std::vector<std::string> l{"default"};
    in.list({"l", "L", ""}, l);
    CHECK(problems_of(in) == "l (config.yaml line 1): needs a list of single values, such as [a, b]");
    CHECK(l == std::vector<std::string>{"default"});
}

TEST_CASE("a bad duration in a list is reported") {
    auto in = config::reader::parse("retry: [1s, soon]", {});
    std::vector<std::chrono::milliseconds> ds;
    in.durations({"retry", "", ""}, ds);
    CHECK(problems_of(in).starts_with("retry (config.yaml line 1): 'soon' is not a duration"));
}

TEST_CASE("a setting without a variable is not read from the environment") {
    auto in = config::reader::parse("", {{"", "x"}, {"_FILE", "/etc/passwd"}});
    std::string t = "default";
    in.text({"t", "", ""}, t);
    CHECK(problems_of(in).empty());
    CHECK(t == "default");
}

TEST_CASE("help lists the settings with their defaults, but no secret") {
    auto in = config::reader::parse("api_token: tell-nobody", {{"PORT", "9"}});
    std::uint16_t p = 8002;
    std::string t = "old-secret";
    in.number(port, p, 0, 65535);
    in.secret(token, t);
    CHECK(in.describe() ==
          "KEY        VARIABLE   DEFAULT  MEANING\n"
          "port       PORT       8002     port of the HTTP API\n"
          "api_token  API_TOKEN           bearer token of the API\n");
    CHECK(t == "tell-nobody");
}

TEST_CASE("no error shows a secret") {
    auto in = config::reader::parse("api_token: [tell-nobody]\nx: 1", {});
    std::string t;
    in.secret(token, t);
    const std::string problems = problems_of(in);
    CHECK(problems.find("api_token") != std::string::npos);
    CHECK(problems.find("tell-nobody") == std::string::npos);
}

TEST_CASE("has says whether the file has a key") {
    const auto in = config::reader::parse("a: 1\nb:\n", {});
    CHECK(in.has("a"));
    CHECK_FALSE(in.has("b"));
    CHECK_FALSE(in.has("c"));
}

TEST_CASE("a reader can be moved") {
    auto first = config::reader::parse("port: 7", {});
    auto second = std::move(first);
    std::uint64_t p = 0;
    second.number(port, p, 0, 10);
    CHECK(problems_of(second).empty());
    CHECK(p == 7);
}
