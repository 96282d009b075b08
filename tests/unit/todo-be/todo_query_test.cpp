#include "api/todo_query.hpp"

#include "api/answers.hpp"
#include "domain/text.hpp"
#include "support/catch.hpp"

using namespace tidings::todo_be;

using parameters = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("a list query is validated") {
    const std::string id = "01890a5d-ac96-774b-bcce-b302099a8057";
    struct query_case {
        parameters query;
        std::string canonical;  // empty: rejected
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
        {{{"limit", "5"}, {"limit", "6"}}, "", {{"limit", errc::key_repeated}}},
        {{{"done", "true"}, {"limit", "5"}, {"done", "true"}}, "", {{"done", errc::key_repeated}}},
        {{{"limit", "5"}, {"limit", "x"}}, "", {{"limit", errc::limit_invalid}}},
    };
    for (const auto& c : cases) {
        violations wrong;
        const auto q = read_list_query(c.query, wrong);
        CHECK(q.has_value() == !c.canonical.empty());
        if (q) CHECK(canonical(*q) == c.canonical);
        CHECK(wrong == c.wrong);
    }
}

TEST_CASE("the list is by order when that is asked for, and goes on so by its cursor") {
    const std::string id = "01890a5d-ac96-774b-bcce-b302099a8057";
    const std::pair<parameters, std::string> cases[] = {
        {{{"sort", "order"}}, "20&sort=order"},
        {{{"sort", "order"}, {"parent", id}}, "20&parent=" + id + "&sort=order"},
        {{{"cursor", "1.5_" + id}}, "20&cursor=1.5_" + id},
        {{{"cursor", "1000000000000000_" + id}, {"sort", "order"}}, "20&cursor=1000000000000000_" + id},
        {{{"cursor", "_" + id}}, "20&cursor=_" + id},
        {{{"cursor", id}, {"sort", "order"}}, "20&cursor=" + id},
    };
    for (const auto& [query, expected] : cases) {
        violations wrong;
        CHECK(canonical(read_list_query(query, wrong).value()) == expected);
    }
    const std::pair<parameters, violations> refused[] = {
        {{{"sort", "title"}, {"parent", "x"}}, {{"sort", errc::sort_invalid}, {"parent", errc::parent_filter_invalid}}},
        {{{"cursor", "inf_" + id}}, {{"cursor", errc::cursor_invalid}}},
        {{{"cursor", "-1_" + id}}, {{"cursor", errc::cursor_invalid}}},
        {{{"cursor", "1_"}}, {{"cursor", errc::cursor_invalid}}},
        {{{"cursor", "1_2_" + id}}, {{"cursor", errc::cursor_invalid}}},
    };
    for (const auto& [query, expected] : refused) {
        violations wrong;
        CHECK(read_list_query(query, wrong).has_error());
        CHECK(wrong == expected);
    }
}

TEST_CASE("of too many invalid parameters twenty are listed and the others counted") {
    violations wrong;
    CHECK(read_list_query(parameters(8'100, {"a", ""}), wrong).has_error());
    REQUIRE(wrong.size() == 21);
    CHECK(wrong.back() == violation{{}, errc::more_wrong, "8080"});
    CHECK(refusal(errc::query_invalid, wrong).body.size() < 3'000);
}

TEST_CASE("a parameter's long name is cut between two characters") {
    for (std::size_t before = 55; before < 61; ++before) {
        violations wrong;
        CHECK(read_list_query({{std::string(before, 'a') + "\xF3\xA8\x8B\x98\xC3\xA9zz", ""}}, wrong).has_error());
        REQUIRE(wrong.size() == 1);
        CHECK(wrong[0].field.size() <= 60);
        CHECK(count_code_points(wrong[0].field).has_value());
    }
}

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
    CHECK(joined_header(r, "if-match") == "\"3\", \"5\"");
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

TEST_CASE("each error has its status") {
    const std::pair<errc, unsigned> cases[] = {
        {errc::body_not_json, 400},           {errc::body_too_deep, 400},          {errc::body_not_object, 422},
        {errc::fields_invalid, 422},          {errc::media_type_unsupported, 415}, {errc::query_invalid, 400},
        {errc::idempotency_key_invalid, 400}, {errc::idempotency_key_reused, 422}, {errc::not_found, 404},
        {errc::version_mismatch, 412},        {errc::version_held, 412},           {errc::if_match_invalid, 400},
        {errc::if_none_match_invalid, 400},   {errc::content_type_repeated, 400},  {errc::content_coding_refused, 415},
    };
    for (const auto& [why, status] : cases)
        CHECK(status_of(why) == status);
}

TEST_CASE("an error that concerns no single field is in the detail") {
    const auto answer = refusal(errc::body_not_json, {{{}, errc::json_comment, "line 2, column 1"}});
    CHECK(answer.body.find("not valid JSON in UTF-8: JSON has no comments (line 2, column 1)") != std::string::npos);
    CHECK(answer.body.find("errors") == std::string::npos);
}
