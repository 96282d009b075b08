#include "service/api.hpp"

#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::service;

namespace {

struct both {
    api_settings api;
    metrics_settings metrics;
};

both settings_of(config::environment env) {
    auto in = config::reader::parse("", std::move(env));
    both s;
    read(in, s.api, s.metrics);
    in.finish();
    return s;
}

}  // namespace

TEST_CASE("the API and the metrics listen where the variables say") {
    const auto s =
        settings_of({{"LISTEN_ADDRESS", "::"}, {"PORT", "1"}, {"METRICS_ADDRESS", "::1"}, {"METRICS_PORT", "2"}});
    const auto options = server_options(s.api);
    CHECK(options.address == "::");
    CHECK(options.port == 1);
    CHECK(s.metrics.address == "::1");
    CHECK(s.metrics.port == 2);
    CHECK_THROWS_AS(settings_of({{"PORT", "7777"}}), config::error);
    CHECK_NOTHROW(settings_of({{"PORT", "0"}, {"METRICS_PORT", "0"}}));
}

TEST_CASE("hosts are checked without a token or with a list of hosts") {
    CHECK(server_options(settings_of({}).api).check_host);
    CHECK_FALSE(server_options(settings_of({{"API_TOKEN", "t"}}).api).check_host);
    const auto named = server_options(settings_of({{"API_TOKEN", "t"}, {"ALLOWED_HOSTS", "a.example, b.example"}}).api);
    CHECK(named.check_host);
    CHECK(named.allowed_hosts == std::vector<std::string>{"a.example", "b.example"});
}
