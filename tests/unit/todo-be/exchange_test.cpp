// What the readers of files make of them.
#include "exchange_files.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;

namespace {

import_row only(file_format f, std::string_view text) {
    const auto rows = rows_of(f, text);
    REQUIRE(rows.size() == 1);
    return rows.front();
}

}  // namespace

TEST_CASE("what a spreadsheet would take for a formula gets an apostrophe, which is taken away again") {
    todo t;
    t.fields.title = "=HYPERLINK(\"http://evil.example\")";
    CHECK(written(file_format::csv, {t}).find("\"'=HYPERLINK(\"\"http") != std::string::npos);
    for (const auto* title : {"'=1", "''+1", "'tis", "@x", "-5", "'"}) {
        t.fields.title = title;
        CHECK(only(file_format::csv, written(file_format::csv, {t})).what.fields.title == title);
    }
}

TEST_CASE("CSV of spreadsheets is read") {
    const auto row = only(
        file_format::csv,
        "\xEF\xBB\xBFTitle;Done;Priority;Labels;Notes;\r\n\"Buy \"\"milk\"\"\";TRUE;high;\"a\\;b\";\"1\r\n2\"\r\n");
    CHECK(wrong_in({row}).empty());
    CHECK(row.line == 2);
    CHECK(row.what.fields.title == "Buy \"milk\"");
    CHECK(row.what.fields.done);
    CHECK(row.what.fields.labels == std::vector<std::string>{"a;b"});
    CHECK(row.what.fields.notes == "1\r\n2");
}

TEST_CASE("each bad record of a CSV is reported with its line, and the others are read") {
    const auto rows =
        rows_of(file_format::csv, "title,due\na,2026-01-31\n\"b\nb\"\n,2026-01-31\nc,tomorrow\nd\"d\ne,,1\nf\n" +
                                      std::string(70'000, 'x') + "\ng,2026-01-31\n\"h");
    CHECK(rows.size() == 10);
    CHECK(wrong_in(rows) == std::string("3/title ") + describe(errc::text_control) + "\n5/title " +
                                describe(errc::title_missing) + "\n6/due " + describe(errc::due_invalid) + "\n7 " +
                                describe(errc::quote_unexpected) + "\n8 " + describe(errc::cells_too_many) + "\n10 " +
                                describe(errc::record_too_long) + "\n12 " + describe(errc::record_unfinished) + "\n");
}

TEST_CASE("a CSV whose header is wrong is not read at all") {
    const std::pair<const char*, violations> cases[] = {
        {"", {{"title", errc::title_missing}}},
        {"due\n1\n", {{"title", errc::title_missing}}},
        {"title,colour\nx\n", {{"colour", errc::column_unknown}}},
        {"title,title\nx\n", {{"title", errc::key_repeated}}},
        {"ti\"tle\n", {{"", errc::quote_unexpected}}},
    };
    for (const auto& [text, wrong] : cases) {
        INFO(text);
        import_file file(file_format::csv);
        CHECK(file.feed(text).empty());
        file.end();
        CHECK(file.broken() == wrong);
    }
}

TEST_CASE("a bad line of NDJSON does not keep the next ones from being read") {
    const auto rows =
        rows_of(file_format::ndjson, "{\"title\":\"a\"}\n{\"title\":\n[]\n{\"title\":\"b\n\n7\n{\"title\":\"c\"}");
    REQUIRE(rows.size() == 5);
    CHECK(rows[0].wrong.empty());
    CHECK(rows[1].wrong.front().why == errc::json_ends_early);
    CHECK(rows[2].line == 4);
    CHECK(rows[3].wrong.front().why == errc::body_not_object);
    CHECK(rows[4].what.fields.title == "c");
}

TEST_CASE("an array in JSON gives its objects, with what only the service sets passed over") {
    const auto rows = rows_of(file_format::json, R"([{"title":"a ] } \" [","version":7,"url":"/x"}, {"colour":1}])");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].what.fields.title == "a ] } \" [");
    CHECK(rows[1].wrong == violations{{"/colour", errc::unknown_field}, {"/title", errc::title_missing}});
}

TEST_CASE("nothing was done in the future") {
    CHECK(only(file_format::ndjson, R"({"title":"a","done":true,"done_at":"9000-01-01T00:00:00Z"})").wrong ==
          violations{{"/done_at", errc::done_at_invalid}});
}

TEST_CASE("todo.txt of other programs is read") {
    const auto open =
        only(file_format::todotxt, "(B) 2026-01-01 Call @phone Mom +family due:2026-01-31 http://x.example t:1\r\n");
    CHECK(open.what.fields.title == "Call Mom http://x.example t:1");
    CHECK(open.what.fields.priority == priority::medium);
    CHECK(open.what.fields.labels == std::vector<std::string>{"phone", "+family"});
    CHECK(open.what.fields.due == parse_due_date("2026-01-31"));
    const auto done = only(file_format::todotxt, "x 2025-01-02 2025-01-01 Pay pri:A");
    CHECK(done.what.fields.done);
    CHECK(done.what.done_at == ids::parse_timestamp("2025-01-02T00:00:00Z"));
    CHECK(done.what.fields.priority == priority::high);
    CHECK(wrong_in(rows_of(file_format::todotxt, "a\n\nb due:soon\n@x\n")) ==
          std::string("3/due ") + describe(errc::due_invalid) + "\n4/title " + describe(errc::title_empty) + "\n");
}

TEST_CASE("the VTODOs of other programs are read") {
    const std::string text =
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:no\r\nEND:VEVENT\r\nBEGIN:VTODO\r\nUID:7@x\r\nSUMMARY;LANGUAGE=en:"
        "Buy\r\n"
        "  milk\\, "
        "bread\r\nDUE;TZID=\"Europe/Berlin\":20260131T120000\r\nSTATUS:COMPLETED\r\nCOMPLETED:20250102T030405Z\r\n"
        "PRIORITY:2\r\nCATEGORIES:a\\,b,c\r\nCATEGORIES:d\r\nBEGIN:VALARM\r\nDESCRIPTION:no\r\nEND:"
        "VALARM\r\nDESCRIPTION:1\\n2\r\n"
        "END:VTODO\r\nBEGIN:VTODO\r\nSUMMARY:x\r\nRDATE:20260131\r\nEND:VTODO\r\nBEGIN:VTODO\r\nSUMMARY:y\r\n";
    const auto rows = rows_of(file_format::ics, text);
    REQUIRE(rows.size() == 3);
    const auto& f = rows[0].what.fields;
    CHECK(rows[0].line == 5);
    CHECK(f.title == "Buy milk, bread");
    CHECK(f.notes == "1\n2");
    CHECK(rows[0].due_is_local);
    CHECK(f.due_time_zone == "Europe/Berlin");
    CHECK(f.priority == priority::high);
    CHECK(f.labels == std::vector<std::string>{"a,b", "c", "d"});
    CHECK(rows[0].what.done_at == ids::parse_timestamp("2025-01-02T03:04:05Z"));
    CHECK(rows[1].wrong == violations{{"RDATE", errc::recurrence_unknown}});
    CHECK(rows[2].wrong == violations{{"", errc::record_unfinished}});
}

TEST_CASE("lines of iCalendar have at most 75 bytes and cut no character") {
    todo t;
    for (int i = 0; i < 40; ++i)
        t.fields.title += "日a";
    const auto text = written(file_format::ics, {t});
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = text.find("\r\n", begin);
        REQUIRE(end != std::string::npos);
        CHECK(end - begin <= 75);
        CHECK((static_cast<unsigned char>(text[begin + 1]) & 0xC0U) != 0x80U);
        begin = end + 2;
    }
    CHECK(only(file_format::ics, text).what.fields.title == t.fields.title);
}

TEST_CASE("what separates the values of a JSON file may be anything, and a value too large is passed over") {
    const auto large = "{\"title\":\"" + std::string(longest_record, 'x') + "\"}\n";
    const auto rows = rows_of(file_format::json, "[\n" + large + "{\"title\":\"b\"}\n]", 1'000);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].wrong == violations{{"", errc::record_too_long}});
    CHECK(rows[1].line == 3);
    CHECK(rows[1].what.fields.title == "b");
    const auto in_one_line =
        rows_of(file_format::json, "[" + large.substr(0, large.size() - 1) + R"(,{"title":"{c\""}])");
    REQUIRE(in_one_line.size() == 2);
    CHECK(in_one_line[1].what.fields.title == "{c\"");
    CHECK(rows_of(file_format::json, "").empty());
    CHECK(rows_of(file_format::json, "]}").size() == 1);
}

TEST_CASE("of the columns of a CSV that are wrong 20 are named, and no more are looked at") {
    std::string header = "c0";
    for (int i = 1; i < 10'000; ++i)
        header += ",c" + std::to_string(i);
    import_file file(file_format::csv);
    file.feed(header + "\n1\n");
    file.end();
    CHECK(file.broken().size() == 20);
}

TEST_CASE("a file in which no calendar begins is none") {
    for (const auto* text : {"{}", "hello", "SUMMARY:a\r\n"}) {
        import_file file(file_format::ics);
        file.feed(text);
        file.end();
        CHECK(file.broken() == violations{{"", errc::calendar_missing}});
    }
    for (const auto* text : {"", "\r\n", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"}) {
        import_file file(file_format::ics);
        file.feed(text);
        file.end();
        CHECK(file.broken().empty());
    }
}
