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
        {{{"limit", "1000"}}, "1000", {}},
        {{{"limit", "1001"}}, "", {{"limit", errc::limit_invalid}}},
        {{{"limit", "-1"}}, "", {{"limit", errc::limit_invalid}}},
        {{{"limit", ""}}, "", {{"limit", errc::limit_invalid}}},
        {{{"limit", "5x"}}, "", {{"limit", errc::limit_invalid}}},
        {{{"limit", "99999999999999999999"}}, "", {{"limit", errc::limit_invalid}}},
        {{{"cursor", "x"}, {"done", "1"}}, "", {{"cursor", errc::cursor_invalid}, {"done", errc::flag_invalid}}},
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
        {{{"sort", "-created_at"}}, "20"},
        {{{"sort", "created_at"}}, "20&sort=created_at"},
        {{{"sort", "-updated_at"}}, "20&sort=-updated_at"},
        {{{"cursor", "d_" + id}}, "20&cursor=d_" + id},
        {{{"cursor", "F1767225600000000_" + id}}, "20&cursor=F1767225600000000_" + id},
        {{{"cursor", "u-5_" + id}}, "20&cursor=u-5_" + id},
        {{{"cursor", "c_" + id}}, "20&cursor=c_" + id},
    };
    for (const auto& [query, expected] : cases) {
        violations wrong;
        CHECK(canonical(read_list_query(query, wrong).value()) == expected);
    }
    const std::pair<parameters, violations> refused[] = {
        {{{"sort", "title"}, {"parent", "x"}}, {{"sort", errc::sort_invalid}, {"parent", errc::parent_filter_invalid}}},
        {{{"sort", "-due"}}, {{"sort", errc::sort_invalid}}},
        {{{"cursor", "x5_" + id}}, {{"cursor", errc::cursor_invalid}}},
        {{{"cursor", "c5_" + id}}, {{"cursor", errc::cursor_invalid}}},
        {{{"cursor", "d1.5_" + id}}, {{"cursor", errc::cursor_invalid}}},
        {{{"cursor", "d1000000000000000000_" + id}}, {{"cursor", errc::cursor_invalid}}},
        {{{"cursor", "d-100000000000000000_" + id}}, {{"cursor", errc::cursor_invalid}}},
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

TEST_CASE("the list is filtered by label, priority and one range of time, and sorted by the latter") {
    const std::pair<parameters, std::string> cases[] = {
        {{{"label", " caf\u00E9 & 1 "}, {"priority", "high"}}, "20&label=caf%C3%A9%20%26%201&priority=high"},
        {{{"due_before", "2026-01-31"}}, "20&due_before=2026-01-31T00:00:00.000000Z&sort=due"},
        {{{"due_after", "2026-01-31T12:00:00+02:00"}, {"due_before", "2026-02-01"}, {"sort", "due"}},
         "20&due_after=2026-01-31T10:00:00.000000Z&due_before=2026-02-01T00:00:00.000000Z&sort=due"},
        {{{"updated_after", "2026-01-31"}, {"sort", "-updated_at"}},
         "20&updated_after=2026-01-31T00:00:00.000000Z&sort=-updated_at"},
        {{{"done_before", "2026-01-31"}, {"done_after", "2026-01-30"}},
         "20&done_after=2026-01-30T00:00:00.000000Z&done_before=2026-01-31T00:00:00.000000Z&sort=done_at"},
        {{{"total", "true"}, {"fields", "title,id,title"}}, "20&total=true&fields=id,title"},
        {{{"total", "false"}}, "20"},
        {{{"q", " \"buy milk\" -soy or b&q\u00E9 "}, {"done", "false"}},
         "20&done=false&q=%22buy%20milk%22%20-soy%20or%20b%26q%C3%A9"},
    };
    for (const auto& [query, expected] : cases) {
        violations wrong;
        CHECK(canonical(read_list_query(query, wrong).value()) == expected);
    }
    const std::pair<parameters, violations> refused[] = {
        {{{"label", " "}, {"priority", "urgent"}},
         {{"label", errc::label_empty}, {"priority", errc::priority_unknown}}},
        {{{"due_before", "tomorrow"}, {"total", "1"}},
         {{"due_before", errc::time_invalid}, {"total", errc::flag_invalid}}},
        {{{"fields", "id,"}}, {{"fields", errc::fields_unknown}}},
        {{{"fields", ""}}, {{"fields", errc::fields_unknown}}},
        {{{"q", " "}}, {{"q", errc::search_empty}}},
        {{{"q", std::string(201, 'a')}}, {{"q", errc::search_too_long}}},
        {{{"q", std::string("a\0b", 3)}}, {{"q", errc::text_control}}},
        {{{"q", "\xFF"}}, {{"q", errc::text_not_utf8}}},
        {{{"updated_before", "2026-01-31"}}, {{"updated_before", errc::unknown_parameter}}},
    };
    for (const auto& [query, expected] : refused) {
        violations wrong;
        CHECK(read_list_query(query, wrong).error() == errc::query_invalid);
        CHECK(wrong == expected);
    }
}

TEST_CASE("parameters that do not go together are refused") {
    const std::string id = "01890a5d-ac96-774b-bcce-b302099a8057";
    const std::pair<parameters, violation> cases[] = {
        {{{"due_before", "2026-01-31"}, {"sort", "order"}}, {"sort", errc::range_sorted_otherwise}},
        {{{"done_after", "2026-01-31"}, {"sort", "-created_at"}}, {"sort", errc::range_sorted_otherwise}},
        {{{"due_before", "2026-01-31"}, {"cursor", id}}, {"cursor", errc::range_sorted_otherwise}},
        {{{"due_before", "2026-01-31"}, {"done_before", "2026-01-31"}}, {"", errc::ranges_several}},
    };
    for (const auto& [query, expected] : cases) {
        violations wrong;
        CHECK(read_list_query(query, wrong).error() == errc::query_conflict);
        CHECK(wrong == violations{expected});
    }
    CHECK(status_of(errc::query_conflict) == 422);
}

TEST_CASE("of too many invalid parameters twenty are listed and the others counted") {
    violations wrong;
    CHECK(read_list_query(parameters(8'100, {"a", ""}), wrong).has_error());
    REQUIRE(wrong.size() == 21);
    CHECK(wrong.back() == violation{{}, errc::more_wrong, "8080"});
    CHECK(refusal(errc::query_invalid, wrong).body.size() < 4'500);
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
