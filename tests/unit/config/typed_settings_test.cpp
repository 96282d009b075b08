#include "config/typed_settings.hpp"

#include "problems_of.hpp"
#include "support/catch.hpp"

using namespace tidings;

namespace {

using strings = std::vector<std::string>;

strings misspelt(const config::environment& env) {
    auto in = config::reader::parse("", env);
    std::string value;
    for (const char* name : {"PORT", "MODE", "STREAM", "NATS_URL", "LOG_LEVEL", "API_TOKEN", "WEBHOOK_URL",
                             "WEBHOOK_SECRET", "METRICS_PORT", "POSTGRES_PASSWORD", "NATS_CA_FILE"})
        in.text({name, name, ""}, value);
    return in.warnings();
}

template <class Result>
std::string problems_with(Result (*read)(config::reader&, const config::setting&, std::string&), std::string value) {
    auto in = config::reader::parse("", {{"SETTING", std::move(value)}});
    std::string out;
    read(in, {"setting", "SETTING", ""}, out);
    return problems_of(in);
}

}  // namespace

TEST_CASE("a misspelt variable is reported with a suggestion") {
    struct row {
        const char *given, *meant;
    };
    const auto [given, meant] =
        GENERATE(row{"API_TOKN", "API_TOKEN"}, row{"APITOKEN", "API_TOKEN"}, row{"Api_Token", "API_TOKEN"},
                 row{"API_TOKEN_FLIE", "API_TOKEN_FILE"}, row{"API_TOKENFILE", "API_TOKEN_FILE"},
                 row{"LOG_LEVLE", "LOG_LEVEL"}, row{"LOGLEVEL", "LOG_LEVEL"}, row{"NATS_ULR", "NATS_URL"},
                 row{"NAT_URL", "NATS_URL"}, row{"WEBHOOK_URI", "WEBHOOK_URL"}, row{"WEBHOKO_SECRET", "WEBHOOK_SECRET"},
                 row{"PROT", "PORT"}, row{"STREAMS", "STREAM"}, row{"POSTGRES_PASSWROD_FILE", "POSTGRES_PASSWORD_FILE"},
                 row{"CONFIG_FIEL", "CONFIG_FILE"});
    CAPTURE(given);
    CHECK(misspelt({{given, "x"}}) == strings{std::string(given) + " is not a setting; did you mean " + meant + "?"});
}

TEST_CASE("unrelated variables are ignored") {
    const auto* name = GENERATE(
        "PATH", "HOME", "PWD", "SORT", "POST", "HOST", "PORTS", "NODE", "CODE", "USER", "TERM", "LANG", "SHELL",
        "LOGNAME", "LS_COLORS", "PGPORT", "PGHOST", "PGPASSWORD", "PID_FILE", "CORE_FILE", "SHLVL", "XDG_DATA_DIRS",
        "TODO_APP_BE_SVC_PORT", "TODO_APP_BE_SVC_SERVICE_HOST", "NATS_PORT", "NATS_SERVICE_HOST", "NATS_SERVICE_PORT",
        "NATS_PORT_4222_TCP", "NATS_PORT_4222_TCP_ADDR", "PORT_8002_TCP", "POSTGRES_SERVICE_HOST", "KUBERNETES_PORT",
        "KUBERNETES_SERVICE_PORT_HTTPS", "API_TOKEN", "API_TOKEN_FILE", "CONFIG_FILE", "NATS_CA_FILE_FILE");
    CAPTURE(name);
    CHECK(misspelt({{name, "x"}}).empty());
    CHECK(misspelt({{"API_TOKN", ""}}).empty());
}

TEST_CASE("a token that can never be sent is rejected and not shown") {
    for (const char* bad : {" ", "a b", "a\n", "\t", "caf\xC3\xA9", "\x7F"})
        CHECK(problems_with(&config::read_token, bad) ==
              "SETTING: must be printable ASCII without blanks or line ends");
    CHECK(problems_with(&config::read_token, "s3cret/+=").empty());
}

TEST_CASE("an address is an IP address") {
    for (const char* good : {"127.0.0.1", "0.0.0.0", "::", "::1", "fe80::1"})
        CHECK(problems_with(&config::read_address, good).empty());
    for (const char* bad : {"localhost", "*", "127.0.0", "127.0.0.1:80", "[::]", "256.0.0.1", "a b"})
        CHECK(problems_with(&config::read_address, bad).starts_with("SETTING: is not an IP address"));
}

TEST_CASE("a missing or unreadable file is reported with its variable") {
    const auto missing = problems_with(&config::read_file, "/nope.creds");
    CHECK(missing == "SETTING: cannot read the file '/nope.creds': No such file or directory");
    CHECK(problems_with(&config::read_file, "/tmp") == "SETTING: cannot read the file '/tmp': Is a directory");
    CHECK(problems_with(&config::read_file, "/dev/null") == "SETTING: the file '/dev/null' is empty");
    CHECK(problems_with(&config::read_file, "/etc/passwd").empty());
}

TEST_CASE("an allowed host has no scheme, port or path") {
    for (const char* good : {"*", "a", "todo.example", "a,b.c", "xn--caf-dma.example"}) {
        auto in = config::reader::parse("", {{"SETTING", good}});
        strings out;
        config::read_hosts(in, {"setting", "SETTING", ""}, out);
        CHECK(problems_of(in).empty());
    }
    for (const char* bad : {"http://a", "a:80", "a/b", "a b", "*.example", "ok.example,a:1"}) {
        auto in = config::reader::parse("", {{"SETTING", bad}});
        strings out;
        config::read_hosts(in, {"setting", "SETTING", ""}, out);
        CHECK(problems_of(in).find("is not a host; write its name without scheme") != std::string::npos);
    }
}

TEST_CASE("two listeners need different addresses") {
    struct row {
        const char* address;
        std::uint16_t port;
        const char* first_address;
        std::uint16_t first_port;
        bool apart;
    };
    const auto [address, port, first_address, first_port, apart] =
        GENERATE(row{"0.0.0.0", 7777, "0.0.0.0", 8002, true}, row{"0.0.0.0", 8002, "0.0.0.0", 8002, false},
                 row{"127.0.0.1", 8002, "0.0.0.0", 8002, false}, row{"127.0.0.1", 8002, "::", 8002, false},
                 row{"127.0.0.1", 8002, "10.0.0.1", 8002, true}, row{"0.0.0.0", 0, "0.0.0.0", 0, true});
    CAPTURE(address, port, first_address, first_port);
    auto in = config::reader::parse("", {});
    config::check_apart(in, "metrics_port", address, port, first_address, first_port);
    CHECK(problems_of(in) ==
          (apart ? "" : "metrics_port: 8002 is the port of the service itself (PORT); choose another"));
}

TEST_CASE("a base path starts with a slash and errors name its variable") {
    for (const char* bad : {"project", "/a b", "/a\"b", "/a?b"})
        CHECK(problems_with(&config::read_base_path, bad) ==
              "SETTING: must start with / and hold only letters, digits and -._~/");
    auto in = config::reader::parse("path: /project//\n", {});
    std::string value;
    config::read_base_path(in, {"path", "API_BASE_PATH", ""}, value);
    CHECK(value == "/project");
    CHECK(problems_of(in).empty());
}

TEST_CASE("help lists the settings of a list's items") {
    auto in = config::reader::for_help();
    in.each("endpoints", "the receivers", [](config::reader& item) {
        std::string url = "http://default";
        item.text({"url", "", "where to"}, url);
    });
    const auto table = in.describe();
    CHECK(table.find("endpoints[].url") != std::string::npos);
    CHECK(table.find("http://default") != std::string::npos);
}
