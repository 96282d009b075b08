#include "domain/change_notice.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_be;

TEST_CASE("a notice says who wrote, whose to-dos changed, and names the commit") {
    const auto n = read_notice(notice_of("w", {{7}, {1}, {7}}) + "42");
    CHECK(n.writer == "w");
    CHECK(n.owners == std::vector<user_id>{{1}, {7}});
    CHECK_FALSE(n.everybodys);
    CHECK(n.commit == "w 1,7 42");
}

TEST_CASE("more owners than a notification holds are told as everybody") {
    std::vector<user_id> all;
    for (int i = 1; i <= 200; ++i)
        all.push_back({2'000'000'000 + i});
    CHECK(read_notice(notice_of("w", all) + "42").owners == all);
    CHECK(notice_of("w", all).size() < 7'900);
    all.push_back({1});
    const auto n = read_notice(notice_of("w", all) + "42");
    CHECK(n.everybodys);
    CHECK(n.owners.empty());
    CHECK(n.commit == "w * 42");
}

TEST_CASE("a notice without a word concerns no to-do, one that is not understood everybody's") {
    const auto none = read_notice("");
    CHECK_FALSE(none.everybodys);
    CHECK(none.owners.empty());
    for (const auto* text : {"0190-of-an-older-version", "by hand", "w 1", "w 1 ", "w  42", "w 1,x 42", "w 1, 42x,",
                             "w 99999999999 42", "w ,1 42", " ", "  "}) {
        INFO(text);
        const auto n = read_notice(text);
        CHECK((n.everybodys || n.owners == std::vector<user_id>{{1}}));
        CHECK((n.everybodys || !n.commit.empty()));
        if (n.everybodys) CHECK(n.owners.empty());
    }
}
