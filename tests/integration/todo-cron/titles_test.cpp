#include <boost/json/parse.hpp>

#include "stand_in.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_cron_test;

namespace {

std::string created_title(const stand_in& world) {
    const auto made = world.requests(todos);
    REQUIRE(made.size() == 1);
    return boost::json::parse(made[0].body).at("title").as_string().c_str();
}

const std::string wiki = "https://en.wikipedia.org/wiki/";

}  // namespace

TEST_CASE("a long URL in another script is written readably") {
    stand_in world;
    std::string encoded, readable;
    for (int i = 0; i < 60; ++i) {
        encoded += "%E4%BA%BA";
        readable += "\u4eba";
    }
    world.redirect(wiki + encoded);
    world.answer(todos, http::json_response(201, "{}"));
    CHECK(run_cron(world).code == 0);
    CHECK(created_title(world) == "Read " + wiki + readable);
}

TEST_CASE("when a URL is too long another article is chosen") {
    stand_in world;
    world.redirect(wiki + std::string(200, 'a'));
    world.redirect("javascript:alert(1)");
    world.redirect("https://user:secret@example.org/");
    world.redirect(wiki + "Aachen");
    world.answer(todos, http::json_response(201, "{}"));
    CHECK(run_cron(world).code == 0);
    CHECK(created_title(world) == "Read " + wiki + "Aachen");
    CHECK(world.requests(random_page).size() == 4);
}

TEST_CASE("when all URLs are too long the last one is cut") {
    stand_in world;
    world.redirect(wiki + std::string(200, 'a'));
    world.answer(todos, http::json_response(201, "{}"));
    CHECK(run_cron(world).code == 0);
    CHECK(created_title(world) == "Read " + wiki + std::string(104, 'a') + "…");
    CHECK(world.requests(random_page).size() == 5);
}

TEST_CASE("a random page that has moved is followed") {
    stand_in world, other;
    world.redirect(other.url() + random_page);
    other.redirect("/wiki/Aachen");
    world.answer(todos, http::json_response(201, "{}"));
    CHECK(run_cron(world).code == 0);
    CHECK(created_title(world) == "Read " + other.url() + "/wiki/Aachen");
}

TEST_CASE("a redirect loop ends the run") {
    stand_in world;
    world.redirect(random_page);
    const auto run = run_cron(world);
    CHECK(run.code == 1);
    CHECK(world.requests(random_page).size() == 5);
    CHECK(world.requests(todos).empty());
}
