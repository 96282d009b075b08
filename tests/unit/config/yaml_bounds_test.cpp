#include "config/reader.hpp"
#include "support/catch.hpp"

using namespace tidings;

namespace {

void parse(const std::string& yaml) { config::reader::parse(yaml, {}); }

std::string nested(int depth) {
    std::string out = "a: ";
    for (int i = 0; i < depth; ++i)
        out += '[';
    for (int i = 0; i < depth; ++i)
        out += ']';
    return out;
}

}  // namespace

TEST_CASE("anything but a map of settings is rejected with the reason") {
    CHECK_THROWS_WITH(parse("[a, b]"),
                      "config.yaml: must hold settings as 'key: value' lines, not a list or a single value");
    CHECK_THROWS_WITH(parse("just text"),
                      "config.yaml: must hold settings as 'key: value' lines, not a list or a single value");
    CHECK_THROWS_WITH(parse("a: 1\n---\nb: 2\n"), "config.yaml: holds more than one YAML document; keep the first");
    CHECK_THROWS_WITH(parse("a: 1\nb: 2\na: 3\n"),
                      "config.yaml: the key 'a' is in line 1 and again in line 3; keep one");
    CHECK_THROWS_WITH(parse("[a]: 1"), "config.yaml line 1: a key must be a plain name");
    CHECK_THROWS_WITH(parse("~: 1"), "config.yaml line 1: a key must be a plain name");
}

TEST_CASE("malformed YAML is reported with its line") {
    const auto yaml = GENERATE("a: 1\nb: [1, 2\n", "a: 1\n\tb: 2\n", "a: 1\n}\n", "a: b: c\n", "a: %\n@", "a: !<tag\n",
                               "a: \"\\q\"\n");
    INFO(yaml);
    CHECK_THROWS_WITH(parse(yaml), Catch::StartsWith("config.yaml line ") && Catch::Contains("not valid YAML"));
}

TEST_CASE("an empty file or one of comments has no settings") {
    const auto yaml = GENERATE("", "\n\n", "# nothing\n", "---\n", "{}", "~");
    CHECK_NOTHROW(parse(yaml));
}

TEST_CASE("YAML nested too deeply is rejected") {
    CHECK_NOTHROW(parse(nested(15)));
    CHECK_THROWS_WITH(parse(nested(16)), "config.yaml line 1: nested deeper than 16");
    CHECK_THROWS_AS(parse(nested(100'000)), config::error);
    std::string steps;
    for (int i = 0; i < 400; ++i)
        steps += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
    CHECK_THROWS_WITH(parse(steps), Catch::Contains("nested deeper than 16"));
}

TEST_CASE("a billion laughs attack is rejected") {
    CHECK_THROWS_WITH(parse("a: &a [lol, lol]\nb: &b [*a, *a]\nc: [*b, *b]\n"),
                      "config.yaml line 2: aliases (*name) are not supported; write the value again");
    CHECK_THROWS_AS(parse("a: &a [*a]"), config::error);
    CHECK_THROWS_AS(parse("base: &base {x: 1}\nb: {<<: *base}\n"), config::error);
}

TEST_CASE("a file with too many values is rejected") {
    std::string yaml = "a: [";
    for (int i = 0; i < 600'000; ++i)
        yaml += "1,";
    CHECK_THROWS_WITH(parse(yaml + "]"), "config.yaml line 1: more than 500000 values");
}
