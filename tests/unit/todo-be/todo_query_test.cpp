#include "api/todo_query.hpp"

#include "api/answers.hpp"
#include "support/catch.hpp"

using namespace tidings::todo_be;

using parameters = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("the query of the list is checked") {
    const std::string id = "01890a5d-ac96-774b-bcce-b302099a8057";
    struct query_case {
        parameters query;
        std::string canonical;  // empty: refused
        violations wrong;
    };
    const query_case cases[] = {
        {{}, "20", {}},
        {{{"limit", "20"}}, "20", {}},
        {{{"done", "true"}, {"limit", "5"}}, "5&done=true", {}},
        {{{"limit", "5"}, {"done", "false"}}, "5&done=false", {}},
        {{{"cursor", id}, {"limit", "100"}}, "100&cursor=" + id, {}},
        {{{"limit", "0"}}, "", {{"limit", errc::limit_invalid}}},
        {{{"limit", "101"}}, "", {{"limit", errc::limit_invalid}}},
        {{{"limit", "-1"}}, "", {{"limit", errc::limit_invalid}}},
        {{{"limit", ""}}, "", {{"limit", errc::limit_invalid}}},
        {{{"limit", "5x"}}, "", {{"limit", errc::limit_invalid}}},
        {{{"limit", "99999999999999999999"}}, "", {{"limit", errc::limit_invalid}}},
        {{{"cursor", "x"}, {"done", "1"}}, "", {{"cursor", errc::cursor_invalid}, {"done", errc::done_invalid}}},
        {{{"offset", "5"}}, "", {{"offset", errc::unknown_parameter}}},
    };
    for (const auto& c : cases) {
        violations wrong;
        const auto q = read_list_query(c.query, wrong);
        CHECK(q.has_value() == !c.canonical.empty());
        if (q) CHECK(canonical(*q) == c.canonical);
        CHECK(wrong == c.wrong);
    }
}

TEST_CASE("If-Match names versions") {
    const std::pair<const char*, expected_versions> cases[] = {
        {"", std::nullopt},         {"*", std::nullopt}, {"\"3\"", {{3}}},
        {"\"3\", \"5\"", {{3, 5}}}, {"W/\"3\"", {{}}},   {"3", {{}}},
        {"\"abc\"", {{}}},          {"\"", {{}}},        {"\"\"", {{}}},
    };
    for (const auto& [header, expected] : cases) {
        INFO(header);
        CHECK(read_if_match(header) == expected);
    }
    CHECK(etag_of(12) == "\"12\"");
    CHECK(read_if_match("\"01\"") == expected_versions{{}});
}

TEST_CASE("If-None-Match names versions, and weak tags count") {
    CHECK_FALSE(read_if_none_match(""));
    CHECK(read_if_none_match("*") == std::optional<expected_versions>(std::in_place));
    CHECK(read_if_none_match("W/\"3\", \"x\"") == std::optional(expected_versions{{3}}));
}

TEST_CASE("the lines of a repeated header are one list") {
    tidings::http::request r;
    r.headers = {{"if-match", "\"3\""}, {"host", "h"}, {"if-match", "\"5\""}};
    CHECK(joined_header(r, "if-match") == "\"3\", \"5\"");
    CHECK(read_precondition(r).match == expected_versions{{3, 5}});
    CHECK_FALSE(read_precondition(r).none);
}

TEST_CASE("an idempotency key is short and printable") {
    CHECK(idempotency_key_fits(""));
    CHECK(idempotency_key_fits("2026-01-31T12"));
    CHECK(idempotency_key_fits(std::string(255, 'k')));
    CHECK_FALSE(idempotency_key_fits(std::string(256, 'k')));
    CHECK_FALSE(idempotency_key_fits("tab\there"));
    CHECK_FALSE(idempotency_key_fits("\xC3\xA9"));
}

TEST_CASE("each refusal has its status") {
    const std::pair<errc, unsigned> cases[] = {
        {errc::body_not_json, 400},           {errc::body_too_deep, 400},          {errc::body_not_object, 422},
        {errc::fields_invalid, 422},          {errc::media_type_unsupported, 415}, {errc::query_invalid, 400},
        {errc::idempotency_key_invalid, 400}, {errc::idempotency_key_reused, 422}, {errc::not_found, 404},
        {errc::version_mismatch, 412},
    };
    for (const auto& [why, status] : cases)
        CHECK(status_of(why) == status);
}
