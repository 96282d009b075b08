#include "config/command_line.hpp"

#include <cstdlib>

#include "config/reader.hpp"
#include "support/catch.hpp"

using namespace tidings;

namespace {

config::command_line parse(std::vector<const char*> words) {
    words.insert(words.begin(), "todo-be");
    return config::parse_command_line(static_cast<int>(words.size()), words.data(), {"--migrate-only"},
                                      {"--scheduled-at"});
}

}  // namespace

TEST_CASE("the command line of every service") {
    CHECK(parse({}).config_file.empty());
    CHECK(parse({"--config", "a.yaml"}).config_file == "a.yaml");
    CHECK(parse({"--config=b.yaml"}).config_file == "b.yaml");
    CHECK(parse({"--help"}).help);
    CHECK(parse({"-h"}).help);
    CHECK(parse({"--version"}).version);
    CHECK_FALSE(parse({}).help);
    CHECK(parse({"--migrate-only"}).flags == std::vector<std::string>{"--migrate-only"});
    CHECK(parse({"--scheduled-at", "2026-01-31T12:00:00Z"}).values.at("--scheduled-at") == "2026-01-31T12:00:00Z");
    CHECK(parse({"--scheduled-at=x=y"}).values.at("--scheduled-at") == "x=y");
    CHECK(parse({}).values.empty());
}

TEST_CASE("an unknown argument is reported") {
    CHECK_THROWS_WITH(parse({"--confg", "x"}), "unknown option '--confg'; did you mean '--config'? (--help lists all)");
    CHECK_THROWS_WITH(parse({"--migrate_only"}),
                      "unknown option '--migrate_only'; did you mean '--migrate-only'? (--help lists all)");
    CHECK_THROWS_WITH(parse({"serve"}), "unknown option 'serve' (--help lists all)");
    CHECK_THROWS_WITH(parse({"--config"}), "--config needs a value");
    CHECK_THROWS_AS(parse({"--help=yes"}), config::error);
    CHECK_THROWS_AS(parse({""}), config::error);
}

TEST_CASE("the environment may name the file, and the command line wins") {
    ::setenv("CONFIG_FILE", "/etc/tidings.yaml", 1);
    CHECK(parse({}).config_file == "/etc/tidings.yaml");
    CHECK(parse({"--config", "a.yaml"}).config_file == "a.yaml");
    ::unsetenv("CONFIG_FILE");
}

TEST_CASE("the process environment is read completely") {
    ::setenv("TIDINGS_TEST_VALUE", "a=b", 1);
    CHECK(config::process_environment().at("TIDINGS_TEST_VALUE") == "a=b");
    ::unsetenv("TIDINGS_TEST_VALUE");
}
