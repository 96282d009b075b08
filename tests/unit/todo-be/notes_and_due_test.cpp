#include "api/todo_body.hpp"
#include "support/catch.hpp"

using namespace tidings::todo_be;

TEST_CASE("an invalid day, time zone or note is reported") {
    const std::pair<const char*, violations> cases[] = {
        {R"({"due":"2026-02-29"})", {{"/due", errc::due_invalid}}},
        {R"({"due":"2026-1-31"})", {{"/due", errc::due_invalid}}},
        {R"({"due":"2026-01-31Z"})", {{"/due", errc::due_invalid}}},
        {R"({"due_time_zone":"Europe/Berln","notes":1})",
         {{"/due_time_zone", errc::time_zone_unknown}, {"/notes", errc::not_text}}},
        {R"({"due_time_zone":""})", {{"/due_time_zone", errc::time_zone_unknown}}},
        {R"({"due_time_zone":60})", {{"/due_time_zone", errc::time_zone_unknown}}},
    };
    for (const auto& [body, expected] : cases) {
        INFO(body);
        violations wrong;
        CHECK(read_patch(body, wrong).error() == errc::fields_invalid);
        CHECK(wrong == expected);
    }
}

TEST_CASE("notes are limited to 8 KiB of UTF-8") {
    const auto notes = [](const std::string& text) {
        violations wrong;
        CHECK(read_patch("{\"notes\":\"" + text + "\"}", wrong).has_value() == wrong.empty());
        return wrong;
    };
    CHECK(notes(std::string(8'192, 'n')).empty());
    CHECK(notes(std::string(8'193, 'n')) == violations{{"/notes", errc::notes_too_long}});
    std::string umlauts;
    for (int i = 0; i < 4'097; ++i)
        umlauts += "\u00fc";
    CHECK(notes(umlauts) == violations{{"/notes", errc::notes_too_long}});
}

TEST_CASE("notes keep their lines and their white space") {
    violations wrong;
    const auto patch = read_patch(R"({"notes":"  1.\tmilk\r\n\n2. bread \n"})", wrong);
    CHECK(patch.value().notes == "  1.\tmilk\r\n\n2. bread \n");
    CHECK(read_patch(R"({"notes":null})", wrong).value().notes == "");
    CHECK(read_patch(R"({"notes":" \n"})", wrong).value().notes == " \n");
}

TEST_CASE("a due date is a day or a point in time, and its time zone is kept") {
    violations wrong;
    const auto f =
        read_fields(R"({"title":"x","due":"2028-02-29","due_time_zone":"America/Argentina/Ushuaia"})", wrong);
    REQUIRE(f.has_value());
    CHECK(f->due->whole_day);
    CHECK(tidings::ids::format(f->due->at) == "2028-02-29T00:00:00.000000Z");
    CHECK(f->due_time_zone == "America/Argentina/Ushuaia");
    const auto none = read_patch(R"({"due":null,"due_time_zone":null})", wrong).value();
    CHECK(none.due.value() == std::nullopt);
    CHECK(none.due_time_zone.value() == std::nullopt);
}
