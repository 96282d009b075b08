#include "config/value_text.hpp"

#include "support/catch.hpp"

using namespace tidings::config;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

TEST_CASE("whole numbers are decimal digits within their range") {
    CHECK(to_number({"0"}, 0, 10) == 0);
    CHECK(to_number({"10"}, 0, 10) == 10);
    CHECK(to_number({"007"}, 0, 10) == 7);
    CHECK(to_number({"18446744073709551615"}, 0, UINT64_MAX) == UINT64_MAX);
    for (const char* text : {"", " ", "a", "1a", "+1", "-1", "1.0", "1e3", "0x10", " 1", "1 ", "1_000"})
        CHECK_THROWS_WITH(to_number({text}, 0, 10), "'" + std::string(text) + "' is not a whole number; use 0..10");
    for (const char* text : {"11", "18446744073709551616", "99999999999999999999999"})
        CHECK_THROWS_WITH(to_number({text}, 0, 10), "'" + std::string(text) + "' is out of range; use 0..10");
    CHECK_THROWS_WITH(to_number({"4"}, 5, 10), "'4' is out of range; use 5..10");
}

TEST_CASE("durations need a unit") {
    const std::pair<const char*, milliseconds> table[] = {{"0s", 0ms},  {"250ms", 250ms}, {"10s", 10s},
                                                          {"5m", 5min}, {"1h", 1h},       {"7d", std::chrono::days(7)}};
    for (const auto& [text, expected] : table)
        CHECK(to_duration({text}, 0ms, std::chrono::days(30)) == expected);
    for (const char* text : {"", "10", "s", "1.5s", "-1s", "10 s", "10S", "1h30m", "10sec", "9223372036854775807d",
                             "99999999999999999999ms"})
        CHECK_THROWS_WITH(to_duration({text}, 1s, 1min),
                          "'" + std::string(text) +
                              "' is not a duration; write a number with ms, s, m, h or d, "
                              "such as 10s; use 1s..1m");
    CHECK_THROWS_WITH(to_duration({"999ms"}, 1s, 1min), "'999ms' is out of range; use 1s..1m");
    CHECK_THROWS_WITH(to_duration({"61s"}, 1s, 1min), "'61s' is out of range; use 1s..1m");
}

TEST_CASE("durations are written in the largest exact unit") {
    const std::pair<milliseconds, const char*> table[] = {{0ms, "0s"},  {1ms, "1ms"}, {1500ms, "1500ms"},
                                                          {90s, "90s"}, {2min, "2m"}, {90min, "90m"},
                                                          {24h, "1d"},  {25h, "25h"}, {std::chrono::days(30), "30d"}};
    for (const auto& [duration, expected] : table)
        CHECK(duration_text(duration) == expected);
}

TEST_CASE("flags are YAML 1.1 booleans or 1 or 0") {
    for (const char* text : {"true", "1", "yes", "True", "TRUE", "Yes", "YES", "on", "On", "ON", "y", "Y"})
        CHECK(to_flag({text}));
    for (const char* text : {"false", "0", "no", "False", "FALSE", "No", "NO", "off", "Off", "OFF", "n", "N"})
        CHECK_FALSE(to_flag({text}));
    for (const char* text : {"", "tru", "2", "ye", "onn", "t", " true"})
        CHECK_THROWS_WITH(to_flag({text}), "'" + std::string(text) + "' is neither yes nor no; use true or false");
}

TEST_CASE("a choice is one of the allowed words") {
    CHECK(to_choice({"b"}, {"a", "b"}) == "b");
    CHECK_THROWS_WITH(to_choice({"c"}, {"a", "b"}), "'c' is not one of: a, b");
    CHECK(to_choice({"B"}, {"a", "b"}) == "b");
}

TEST_CASE("a list is split at commas") {
    using items = std::vector<std::string_view>;
    CHECK(split_list("") == items{});
    CHECK(split_list(" , ,") == items{});
    CHECK(split_list("a") == items{"a"});
    CHECK(split_list(" a b ,c\n") == items{"a b", "c"});
}

TEST_CASE("a shown value is short and harmless") {
    CHECK_THROWS_WITH(to_flag({"a\nb\x1b[1m"}), "'a?b?[1m' is neither yes nor no; use true or false");
    CHECK_THROWS_WITH(to_flag({"\u009b1m\u202ex\x9b"}), "'??1m???x?' is neither yes nor no; use true or false");
    CHECK_THROWS_WITH(to_flag({std::string(1000, 'x')}),
                      "'" + std::string(60, 'x') + "...' is neither yes nor no; use true or false");
    CHECK_THROWS_WITH(to_flag({"secret", false}), "the file's content is neither yes nor no; use true or false");
}
