// Lists: filters, orders, pages.
#include <algorithm>
#include <set>

#include "backend.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

boost::json::array items_of(const support::http_answer& page) { return json_of(page).at("items").as_array(); }

std::string titles_in(const backend& be, const std::string& query, const std::string& end = "") {
    std::string titles;
    const auto answer = be.call("GET", "/api/todos" + query);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    for (const auto& item : items_of(answer))
        titles += text_of(item.as_object().at("title")) + end;
    return titles;
}

// The path of the next page; empty on the last one.
std::string next_of(const support::http_answer& page) {
    const auto link = page.header("link");
    if (link.empty()) return {};
    const auto end = link.find(">; rel=\"next\"");
    REQUIRE(link.starts_with('<'));
    REQUIRE(end != link.npos);
    return link.substr(1, end - 1);
}

}  // namespace

TEST_CASE("the list is filtered, and sorted by what it is filtered by") {
    const servers world;
    const auto be = world.start();
    be.post(R"({"title":"a","labels":["home","caf\u00e9 & co"],"priority":"high","due":"2026-01-31"})");
    be.post(R"({"title":"b","labels":["home"],"due":"2026-01-30T12:00:00Z"})");
    be.post(R"({"title":"c","priority":"high","due":"2026-02-01","done":true})");
    be.post(R"({"title":"d"})");
    support::query(world.postgres.url(), "update todos set done_at = '2026-03-01T00:00:00Z' where done");
    const std::pair<const char*, const char*> cases[] = {
        {"", "dcba"},
        {"?sort=created_at", "abcd"},
        {"?label=home", "ba"},
        {"?label=caf%C3%A9%20%26%20co", "a"},
        {"?label=hom", ""},
        {"?priority=high", "ca"},
        {"?priority=none&label=home", "b"},
        {"?sort=due", "bac"},
        {"?sort=due&done=false", "ba"},
        {"?due_before=2026-01-31", "b"},
        {"?due_after=2026-01-31", "ac"},
        {"?due_after=2026-01-30T12:00:00Z&due_before=2026-02-01&done=false", "ba"},
        {"?done_after=2026-03-01", "c"},
        {"?done_before=2026-03-01", ""},
        {"?sort=-done_at", "c"},
        {"?updated_after=2020-01-01", "abcd"},
        {"?updated_after=2020-01-01&sort=-updated_at", "dcba"},
        {"?updated_after=9999-01-01", ""},
    };
    for (const auto& [query, expected] : cases) {
        INFO(query);
        CHECK(titles_in(be, query) == expected);
    }
    CHECK(is_problem(be.call("GET", "/api/todos?due_before=2026-01-31&sort=order"), 422));
    CHECK(is_problem(be.call("GET", "/api/todos?due_before=2026-01-31&done_after=2026-01-31"), 422));
}

TEST_CASE("the list is searched as search engines are, in titles and notes") {
    const servers world;
    const auto be = world.start();
    be.post(R"({"title":"Buy milk","notes":"two bottles\nof caf\u00e9 latte","labels":["shop"]})");
    be.post(R"({"title":"Milk the cow","done":true})");
    be.post(R"({"title":"buy BREAD","notes":"no milk"})");
    const std::pair<const char*, const char*> cases[] = {
        {"milk", "buy BREAD|Milk the cow|Buy milk|"},
        {"MILK%20buy", "buy BREAD|Buy milk|"},
        {"%22buy%20milk%22", "Buy milk|"},
        {"cow%20or%20bread", "buy BREAD|Milk the cow|"},
        {"milk%20-cow%20-latte", "buy BREAD|"},
        {"-milk", ""},
        {"-cow", "buy BREAD|Buy milk|"},
        {"caf%C3%A9", "Buy milk|"},
        {"mil", ""},
        {"the", "Milk the cow|"},
        {"!!!", ""},
        {"or", ""},
        {"%22", ""},
        {"a%26b%7C!(c:*%5C%27", ""},
        {"milk&done=true", "Milk the cow|"},
        {"milk&label=shop", "Buy milk|"},
        {"milk&sort=created_at", "Buy milk|Milk the cow|buy BREAD|"},
        {"milk&done=false&sort=order", "Buy milk|buy BREAD|"},
        {"milk&updated_after=2020-01-01", "Buy milk|Milk the cow|buy BREAD|"},
    };
    for (const auto& [query, expected] : cases) {
        INFO(query);
        CHECK(titles_in(be, std::string("?q=") + query, "|") == expected);
    }
    const auto first = be.call("GET", "/api/todos?q=milk&limit=2&total=true");
    CHECK(json_of(first).at("total").as_int64() == 3);
    CHECK(json_of(be.call("GET", next_of(first))).at("items").as_array().size() == 1);
    for (const auto* query : {"?q=", "?q=%20", "?q=a&q=b"})
        CHECK(is_problem(be.call("GET", std::string("/api/todos") + query), 400));
    be.patch(text_of(items_of(first).front().as_object().at("id")), R"({"notes":""})");
    CHECK(titles_in(be, "?q=milk", "|") == "Milk the cow|Buy milk|");
}

TEST_CASE("every order has pages, which links lead to") {
    const servers world;
    const auto be = world.start();
    for (int i = 0; i < 7; ++i) {
        const auto due = i % 3 == 0 ? "null" : R"("2026-01-0)" + std::to_string(1 + i % 2) + '"';
        be.post(R"({"title":")" + std::to_string(i) + R"(","labels":["a&b"],"done":)" +
                (i % 2 == 0 ? "true" : "false") + R"(,"due":)" + due + "}");
    }
    for (const auto* sort :
         {"created_at", "-created_at", "order", "due", "updated_at", "-updated_at", "done_at", "-done_at"}) {
        const auto query = std::string("?label=a%26b&sort=") + sort;
        const auto all = titles_in(be, query);
        for (const auto* limit : {"1", "2", "3"}) {
            std::string titles;
            for (auto path = "/api/todos" + query + "&total=true&limit=" + limit; !path.empty();) {
                const auto page = be.call("GET", path);
                REQUIRE(page.status == 200);
                CHECK(json_of(page).at("total").as_int64() == static_cast<std::int64_t>(all.size()));
                CHECK(json_of(page).at("next").is_null() == next_of(page).empty());
                for (const auto& item : items_of(page))
                    titles += text_of(item.as_object().at("title"));
                path = next_of(page);
                REQUIRE(titles.size() <= all.size());
            }
            INFO(sort << ", " << limit);
            CHECK(titles == all);
        }
    }
}

TEST_CASE("pages stay right while to-dos are added, changed and removed") {
    const servers world;
    const auto be = world.start();
    std::vector<std::string> ids;
    for (int i = 0; i < 30; ++i)
        ids.push_back(id_of(be.post(R"({"title":"t","due":"2026-01-)" + std::to_string(10 + i % 15) + "\"}")));
    for (const auto* sort : {"-created_at", "due"}) {
        std::multiset<std::string> seen;
        std::set<std::string> removed;
        std::size_t round = 0;
        for (auto path = std::string("/api/todos?limit=4&sort=") + sort; !path.empty(); ++round) {
            const auto page = be.call("GET", path);
            for (const auto& item : items_of(page))
                seen.insert(text_of(item.as_object().at("id")));
            path = next_of(page);
            // The cursor's own to-do goes, another is changed, and one is added at either end.
            const auto last = text_of(items_of(page).back().as_object().at("id"));
            CHECK(be.call("DELETE", "/api/todos/" + last).status == 204);
            removed.insert(last);
            be.patch(ids[(7 * round) % ids.size()], R"({"title":"other"})");
            be.post(R"({"title":"new","due":"2026-01-01"})");
        }
        for (const auto& id : ids)
            CHECK(seen.count(id) == 1);
        std::erase_if(ids, [&](const auto& id) { return removed.contains(id); });
        REQUIRE(ids.size() > 10);
    }
}

TEST_CASE("items have the fields that were asked for, and a page may be long") {
    const servers world;
    const auto be = world.start();
    support::query(world.postgres.url(),
                   "insert into todos (id, title, done, priority, labels, version, created_at, updated_at, notes) "
                   "select gen_random_uuid(), 't', false, 'none', '{}', 1, now(), now(), repeat('n', 8192 * (n / 601)) "
                   "from generate_series(1, 1200) n");
    const auto small = be.call("GET", "/api/todos?limit=1000&fields=id,version&done=false&sort=created_at");
    const auto items = items_of(small);
    CHECK(items.size() <= 1000);
    CHECK(items.front().as_object().size() == 2);
    CHECK(items.front().as_object().contains("version"));
    // Large to-dos make a page shorter; nothing is left out.
    std::size_t found = 0, pages = 0;
    for (std::string path = "/api/todos?limit=1000"; !path.empty(); ++pages) {
        const auto page = be.call("GET", path);
        CHECK(page.body.size() < 2'500'000);
        found += items_of(page).size();
        path = next_of(page);
    }
    CHECK(found == 1200);
    CHECK(pages > 4);
}
