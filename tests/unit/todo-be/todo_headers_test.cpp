#include "api/todo_headers.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_be;

TEST_CASE("If-Match names versions") {
    const std::pair<const char*, expected_versions> cases[] = {
        {"*", std::nullopt}, {"\"3\"", {{3}}},      {"\"3\", \"5\"", {{3, 5}}}, {"W/\"3\"", {{}}}, {"\"abc\"", {{}}},
        {"\"\"", {{}}},      {"\"x, *, y\"", {{}}}, {"\"x,3\", \"5\"", {{5}}},  {"\"01\"", {{}}},  {"\"+1\"", {{}}},
    };
    for (const auto& [header, expected] : cases) {
        INFO(header);
        CHECK(read_if_match(header).value() == expected);
    }
    CHECK(read_if_match(std::nullopt).value() == std::nullopt);
    CHECK(etag_of(12) == "\"12\"");
    for (const auto* header : {"", "3", "\"", "*, \"3\""})
        CHECK(read_if_match(header).error() == errc::if_match_invalid);
}

TEST_CASE("If-None-Match names versions, and weak tags count") {
    CHECK_FALSE(read_if_none_match(std::nullopt).value());
    CHECK(read_if_none_match("*").value() == std::optional<expected_versions>(std::in_place));
    CHECK(read_if_none_match("W/\"3\", \"x\"").value() == std::optional(expected_versions{{3}}));
    CHECK(read_if_none_match("").error() == errc::if_none_match_invalid);
}

TEST_CASE("the lines of a repeated header form one list") {
    tidings::http::request r;
    r.headers = {{"if-match", "\"3\""}, {"host", "h"}, {"if-match", "\"5\""}};
    CHECK(r.joined("if-match") == "\"3\", \"5\"");
    CHECK(read_precondition(r).value().match == expected_versions{{3, 5}});
    CHECK_FALSE(read_precondition(r).value().none);
    r.headers = {{"if-match", "*"}, {"if-match", "*"}};
    CHECK(read_precondition(r).error() == errc::if_match_invalid);
    r.headers = {{"if-none-match", ""}};
    CHECK(read_precondition(r).error() == errc::if_none_match_invalid);
}

TEST_CASE("an idempotency key is one short printable line") {
    const auto read = [](std::vector<std::string> lines) {
        tidings::http::request r;
        for (auto& line : lines)
            r.headers.emplace_back("idempotency-key", std::move(line));
        return read_idempotency_key(r);
    };
    CHECK(read({}).value().empty());
    CHECK(read({"2026-01-31T12"}).value() == "2026-01-31T12");
    CHECK(read({std::string(255, 'k')}).has_value());
    for (const auto& lines : std::vector<std::vector<std::string>>{
             {""}, {std::string(256, 'k')}, {"tab\there"}, {"\xC3\xA9"}, {"a", "b"}, {"a", "a"}, {"a", ""}})
        CHECK(read(lines).error() == errc::idempotency_key_invalid);
}

TEST_CASE("a body needs one media type and no content coding") {
    using lines = std::vector<std::pair<std::string, std::string>>;
    const auto check = [](lines given) {
        tidings::http::request r;
        r.headers = std::move(given);
        const auto checked = check_media_type(r, false);
        return checked ? boost::system::error_code() : checked.error();
    };
    const std::pair<std::string, std::string> json{"content-type", "application/json"};
    CHECK_FALSE(check({json}));
    CHECK_FALSE(check({json, {"content-encoding", "identity"}}));
    CHECK(check({}) == errc::media_type_unsupported);
    CHECK(check({json, json}) == errc::content_type_repeated);
    CHECK(check({json, {"content-encoding", "gzip"}}) == errc::content_coding_refused);
    CHECK(check({json, {"content-encoding", ""}, {"content-encoding", "br"}}) == errc::content_coding_refused);
}
