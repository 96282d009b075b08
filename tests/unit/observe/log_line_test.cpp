#include "observe/log_line.hpp"

#include <boost/json/parse.hpp>
#include <cmath>

#include "observe/log_quote.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace std::chrono_literals;

namespace {

const log::microsecond_time noon = std::chrono::sys_days(2026y / 1 / 31) + 12h + 123456us;

std::string json_line(std::string_view message, log::fields f = {}) {
    std::string out;
    log::append_json(out, {noon, log::level::info, "broadcaster", message, f});
    return out;
}

std::string text_line(std::string_view message, log::fields f = {}) {
    std::string out;
    log::append_text(out, {noon, log::level::warn, "broadcaster", message, f});
    return out;
}

std::string in_quotes(std::string_view text) {
    std::string out;
    log::append_quoted(out, text);
    return out;
}

}  // namespace

TEST_CASE("a log line is one JSON object") {
    const std::string name = "shop";
    CHECK(json_line("webhook delivered",
                    {{"endpoint", name}, {"attempt", 2}, {"ok", true}, {"duration_ms", 1.5}, {"status", 204U}}) ==
          R"({"time":"2026-01-31T12:00:00.123456Z","level":"info","service":"broadcaster","msg":"webhook delivered",)"
          R"("endpoint":"shop","attempt":2,"ok":true,"duration_ms":1.5,"status":204})"
          "\n");
}

TEST_CASE("a number of the log has its sign, and no other") {
    CHECK(json_line("m", {{"sequence", UINT64_MAX}, {"of", INT64_MIN}})
              .ends_with(R"("sequence":18446744073709551615,"of":-9223372036854775808})"
                         "\n"));
}

TEST_CASE("a text log line is time, level, message and fields") {
    CHECK(text_line("webhook failed", {{"endpoint", "shop"}, {"error", "timed out"}, {"attempt", 2}}) ==
          "12:00:00.123456 warn  webhook failed endpoint=shop error=\"timed out\" attempt=2\n");
}

TEST_CASE("no value can end the line or the string") {
    const std::string_view hostile = "a\nb\r\"c\\\t\x01\x7f\x1b[31m";
    const std::string line = json_line(hostile, {{"error", hostile}});
    CHECK(line.find('\n') == line.size() - 1);
    const auto parsed = boost::json::parse(line);
    CHECK(parsed.at("msg").as_string() == hostile);
    CHECK(parsed.at("error").as_string() == hostile);
    const std::string text = text_line(hostile, {{"error", hostile}});
    CHECK(text.find('\n') == text.size() - 1);
    CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("terminal control characters are escaped and their neighbours are not") {
    struct row {
        std::string_view text, expected;
    };
    const row table[] = {
        {"\u0080\u009b31m\u009f\u00a0", "\"\\u0080\\u009b31m\\u009f\u00a0\""},
        {"\u061b\u061c\u061d", "\"\u061b\\u061c\u061d\""},
        {"\u200d\u200e\u200f\u2010", "\"\u200d\\u200e\\u200f\u2010\""},
        {"\u2027\u2028\u2029\u202a\u202e\u202f", "\"\u2027\\u2028\\u2029\\u202a\\u202e\u202f\""},
        {"\u2065\u2066\u2069\u206f\u2070", "\"\u2065\\u2066\\u2069\\u206f\u2070\""},
        {"\ufefe\ufeff\uff00", "\"\ufefe\\ufeff\uff00\""},
        {"\ufff8\ufff9\ufffb\ufffc", "\"\ufff8\\ufff9\\ufffb\ufffc\""},
        {"\U0001F600 \U00012028", "\"\U0001F600 \U00012028\""},
    };
    for (const auto& [text, expected] : table) {
        CHECK(in_quotes(text) == expected);
        CHECK(boost::json::parse(in_quotes(text)).as_string() == text);
        CHECK(text_line(text, {{"f", text}}).find(expected) != std::string::npos);
    }
}

TEST_CASE("terminal text has a dot for each control character") {
    CHECK(log::printable("gr\u00fc\u00df \U0001F600") == "gr\u00fc\u00df \U0001F600");
    CHECK(log::printable("a\x1b[2J\r\n\t\x7f|\u009b\u0085\u202e\u2069\u2028\ufeff|\x9b\xe2\x80") ==
          "a.[2J....|......|...");
    CHECK(log::printable("").empty());
}

TEST_CASE("invalid UTF-8 is escaped") {
    struct row {
        std::string_view text, expected;
    };
    const row table[] = {
        {"gr\u00fc\u00df \u20ac \U0001F600", "\"gr\u00fc\u00df \u20ac \U0001F600\""},
        {"\xff", R"("\\xff")"},
        {"a\xc3", R"("a\\xc3")"},
        {"\xc3(", R"("\\xc3(")"},
        {"\xc0\xaf", R"("\\xc0\\xaf")"},
        {"\xe0\x80\xaf", R"("\\xe0\\x80\\xaf")"},
        {"\xed\xa0\x80", R"("\\xed\\xa0\\x80")"},
        {"\xf0\x80\x80\x80", R"("\\xf0\\x80\\x80\\x80")"},
        {"\xf4\x90\x80\x80", R"("\\xf4\\x90\\x80\\x80")"},
        {"\xf5\x80\x80\x80", R"("\\xf5\\x80\\x80\\x80")"},
        {"\xe2\x82", R"("\\xe2\\x82")"},
    };
    for (const auto& [text, expected] : table) {
        CHECK(in_quotes(text) == expected);
        CHECK_NOTHROW(boost::json::parse(in_quotes(text)));
    }
}

TEST_CASE("a string is cut after 4 KiB, between two characters") {
    CHECK(in_quotes(std::string(4096, 'a')) == '"' + std::string(4096, 'a') + '"');
    CHECK(in_quotes(std::string(4097, 'a')) == '"' + std::string(4096, 'a') + "…\"");
    CHECK(in_quotes(std::string(4095, 'a') + "\u00fc") == '"' + std::string(4095, 'a') + "…\"");
    CHECK(in_quotes(std::string(10'000'000, '\xff')).size() < 4096 * 5 + 10);
}

TEST_CASE("numbers that JSON cannot represent are null") {
    const auto parsed = boost::json::parse(json_line("m", {{"a", std::nan("")}, {"b", HUGE_VAL}, {"c", -0.25}}));
    CHECK(parsed.at("a").is_null());
    CHECK(parsed.at("b").is_null());
    CHECK(parsed.at("c").as_double() == -0.25);
}

TEST_CASE("a value in text format is quoted only if necessary") {
    CHECK(text_line("m", {{"a", ""}, {"b", "x=y"}, {"c", "/api/todos?limit"}, {"d", "gr\u00fc\u00df"}}) ==
          "12:00:00.123456 warn  m a=\"\" b=\"x=y\" c=/api/todos?limit d=\"gr\u00fc\u00df\"\n");
}
