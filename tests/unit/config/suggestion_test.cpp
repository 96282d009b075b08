#include "config/suggestion.hpp"

#include "support/catch.hpp"

using tidings::config::suggestion;

TEST_CASE("the nearest known name is suggested") {
    const std::vector<std::string> known{"port", "metrics_port", "log_level", "nats_url"};
    const std::pair<std::string, std::string> table[] = {{"prot", "port"},
                                                         {"Port", "port"},
                                                         {"metrics-port", "metrics_port"},
                                                         {"metricsport", "metrics_port"},
                                                         {"loglevel", "log_level"},
                                                         {"nats_uri", "nats_url"},
                                                         {"NATS_URL", "nats_url"}};
    for (const auto& [given, expected] : table)
        CHECK(suggestion(given, known) == "; did you mean '" + expected + "'?");
}

TEST_CASE("an unrelated name gets no suggestion") {
    const std::vector<std::string> known{"port", "metrics_port"};
    for (const std::string given : {"", "x", "endpoint", "database", "zzzzzzzzzzzz"})
        CHECK(suggestion(given, known).empty());
    CHECK(suggestion("port", {}).empty());
    CHECK(suggestion(std::string(1'000'000, 'p'), known).empty());
}
