#include "api/page.hpp"
#include "support/catch.hpp"

namespace tidings::broadcaster {

namespace {

http::request asking(std::vector<std::pair<std::string, std::string>> query) {
    http::request r;
    r.query = std::move(query);
    return r;
}

}  // namespace

TEST_CASE("an invalid list parameter is reported with its rule") {
    struct row {
        std::vector<std::pair<std::string, std::string>> query;
        std::string named;
    };
    const auto r = GENERATE(values<row>({
        {{{"limit", "0"}}, "limit"},
        {{{"limit", "201"}}, "limit"},
        {{{"limit", "-1"}}, "limit"},
        {{{"limit", "1e2"}}, "limit"},
        {{{"limit", ""}}, "limit"},
        {{{"limit", "1"}, {"limit", "2"}}, "limit"},
        {{{"after", "x"}}, "after"},
        {{{"after", "18446744073709551616"}}, "after"},
        {{{"before", "5"}}, "before"},
        {{{"endpoint", ""}}, "endpoint"},
        {{{"endpoint", "A"}}, "endpoint"},
        {{{"endpoint", ">"}}, "endpoint"},
        {{{"endpoint", "a.b"}}, "endpoint"},
        {{{"endpoint", std::string(41, 'a')}}, "endpoint"},
        {{{"_", "1"}}, "_"},
    }));
    std::vector<http::field_error> wrong;
    read_page(asking(r.query), list::dead_letters, wrong);
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].field == r.named);
    CHECK_FALSE(wrong[0].detail.empty());
}

TEST_CASE("of eight thousand unknown parameters twenty are reported") {
    std::vector<http::field_error> wrong;
    const std::vector<std::pair<std::string, std::string>> many(8'000, {std::string(500, 'x'), ""});
    read_page(asking(many), list::attempts, wrong);
    CHECK(wrong.size() == 20);
    CHECK(wrong[0].field.size() == 60);
    CHECK(refuse_parameters(asking(many)).size() == 20);
}

TEST_CASE("a long unknown name is cut between two characters") {
    const std::string name = std::string(59, 'x') + "\xc3\xa9\xc3\xa9";
    std::vector<http::field_error> wrong;
    read_page(asking({{name, ""}}), list::attempts, wrong);
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].field == std::string(59, 'x'));
    wrong = refuse_parameters(asking({{name, ""}}));
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].field == std::string(59, 'x'));
}

TEST_CASE("an attempts cursor points inside a batch") {
    std::vector<http::field_error> wrong;
    auto p = read_page(asking({{"before", "17.42"}, {"limit", "200"}, {"endpoint", "a-1"}}), list::attempts, wrong);
    CHECK(wrong.empty());
    CHECK(p.before.batch == 17);
    CHECK(p.before.record == 42);
    CHECK(p.limit == 200);
    CHECK(to_string(p.before) == "17.42");
    p = read_page(asking({{"before", "18446744073709551615"}}), list::attempts, wrong);
    CHECK(wrong.empty());
    CHECK(p.before.record == 0);
    CHECK(to_string({17, 0}) == "17");
    for (const std::string text : {"", ".", "17.", ".1", "17.0", "0.1", "17.1.1", "17.-1", "17.99999999999999999999"}) {
        CAPTURE(text);
        wrong.clear();
        read_page(asking({{"before", text}}), list::attempts, wrong);
        CHECK(wrong.size() == 1);
    }
}

TEST_CASE("endpoints are listed by name, all of them or up to a thousand") {
    std::vector<http::field_error> wrong;
    auto p = read_page(asking({}), list::endpoints, wrong);
    CHECK(p.limit > 1'000'000);
    p = read_page(asking({{"limit", "1000"}, {"after", "billing"}}), list::endpoints, wrong);
    CHECK(wrong.empty());
    CHECK(p.limit == 1'000);
    CHECK(p.after_name == "billing");
    read_page(asking({{"limit", "1001"}, {"after", ""}, {"before", "a"}}), list::endpoints, wrong);
    CHECK(wrong.size() == 3);
}

}  // namespace tidings::broadcaster
