// An order that people choose: between any two there is another, and the list sorts by it.
#include "backend.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

std::string titles_by_order(const backend& be, const std::string& limit) {
    std::string titles;
    std::string path = "/api/todos?sort=order&limit=" + limit;
    for (int pages = 0; pages < 20; ++pages) {
        const auto page = json_of(be.call("GET", path));
        for (const auto& item : page.at("items").as_array())
            titles += text_of(item.as_object().at("title"));
        if (page.at("next").is_null()) break;
        path = "/api/todos?sort=order&limit=" + limit + "&cursor=" + text_of(page.at("next"));
    }
    return titles;
}

const std::string key =
    R"(coalesce(case when floor(order_exact) = "order" then order_exact else "order" end, 'infinity'::float8))";

std::string plan_of(const std::string& url, const std::string& where) {
    const auto sql = "explain select id from todos where " + where + " order by " + key + ", id limit 21";
    std::string plan;
    for (const auto& row : support::query(url, sql))
        plan += row.at(0) + '\n';
    return plan;
}

}  // namespace

TEST_CASE("the list is sorted by order, a page at a time") {
    const servers world;
    const auto be = world.start();
    std::map<std::string, std::string> ids;
    for (const auto* todo : {R"("x")", R"("c","order":3)", R"("a","order":1)", R"("d","order":3)", R"("b","order":2)",
                             R"("y")", R"("z","order":null)"}) {
        const auto made = be.post(std::string(R"({"title":)") + todo + "}");
        ids[text_of(json_of(made).at("title"))] = id_of(made);
    }
    CHECK(titles_by_order(be, "100") == "abcdxyz");
    CHECK(titles_by_order(be, "2") == "abcdxyz");
    CHECK(titles_by_order(be, "1") == "abcdxyz");
    // d between a and b, z between a and d, x to the front: one write each.
    CHECK(json_of(be.patch(ids["d"], R"({"order":1.5})")).at("order").as_double() == 1.5);
    CHECK(be.patch(ids["z"], R"({"order":1.25})").status == 200);
    CHECK(be.patch(ids["x"], R"({"order":0.5})").status == 200);
    CHECK(titles_by_order(be, "2") == "xazdbcy");
    CHECK(json_of(be.call("GET", "/api/todos?sort=order&done=true")).at("items").as_array().empty());
    CHECK(is_problem(be.call("GET", "/api/todos?sort=title"), 400));
}

TEST_CASE("an order keeps every bit") {
    const servers world;
    support::query(world.postgres.url(), "alter role current_user set extra_float_digits = 0");
    const auto be = world.start();
    const auto id = id_of(be.post(R"({"title":"x","order":0.30000000000000004})"));
    for (const auto* number : {"0.1", "4503599627370495.5", "9007199254740991", "2.2250738585072014e-308"}) {
        const auto body = std::string(R"({"order":)") + number + "}";
        const auto patched = be.patch(id, body);
        CHECK(patched.body.find(R"("order":)" + std::string(number) + ",") != std::string::npos);
        CHECK(be.call("GET", "/api/todos/" + id).body == patched.body);
        CHECK(be.patch(id, body).body == patched.body);
    }
}

TEST_CASE("pages by order are read from an index, however many others are done") {
    const servers world;
    const auto be = world.start();
    // Who works through a list from the top leaves the rest at its end.
    support::query(
        world.postgres.url(),
        R"(insert into todos (id, title, done, "order", priority, labels, version, created_at, updated_at, done_at)
        select gen_random_uuid(), 't', n <= 19800, n, 'none', '{}', 1, now(), now(), case when n <= 19800 then now() end
        from generate_series(1, 20000) n; analyze todos)");
    const std::string after = "(" + key + ", id) > (500::float8, '01890a5d-ac96-774b-bcce-b302099a8057'::uuid)";
    const std::pair<std::string, std::string> cases[] = {
        {"owner = 1 and done and " + after, "owned_done_by_order"},
        {"owner = 1 and not done", "owned_open_by_order"},
        {"owner = 1 and not done and " + after, "owned_open_by_order"},
    };
    for (const auto& [where, index] : cases) {
        const auto plan = plan_of(world.postgres.url(), where);
        INFO(plan);
        CHECK(plan.find(index) != std::string::npos);
        CHECK(plan.find("Sort") == std::string::npos);
        CHECK(plan.find("Seq Scan") == std::string::npos);
        CHECK(plan.find("Filter") == std::string::npos);
    }
}
