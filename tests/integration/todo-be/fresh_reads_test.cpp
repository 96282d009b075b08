// What is answered from memory is never older than what its reader knows: writes and then reads at replicas at random.
#include "impatient_client.hpp"
#include "people.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

TEST_CASE("whoever has written reads it back at any replica, thousands of times") {
    const servers world;
    const auto a = world.start();
    const auto b = world.start();
    const auto seen = write_and_read_back({&a, &b}, 4, 500);
    CHECK(seen.stale == 0);
    CHECK(seen.failed == 0);
    // Some of it was answered from memory, or nothing is proven.
    const auto hits = [](const backend& be) {
        return be.metric("todo_cache_reads_total{outcome=\"memory\"}").value_or(0);
    };
    CHECK(hits(a) + hits(b) > 100);
}

TEST_CASE("one to-do is answered from memory with its version, until it changes") {
    const servers world;
    const auto be = world.start();
    const auto id = id_of(be.post(R"({"title":"a"})"));
    const auto path = "/api/todos/" + id;
    const auto first = be.call("GET", path);
    const auto again = be.call("GET", path);
    CHECK(again.body == first.body);
    CHECK(again.header("etag") == first.header("etag"));
    CHECK(be.call("GET", path, {}, {{"If-None-Match", "\"1\""}}).status == 304);
    CHECK(be.call("GET", path, {}, {{"If-Match", "\"2\""}}).status == 412);
    // Not each time: what cannot be known in time is read again.
    const auto from_memory = [&] { return be.metric("todo_cache_reads_total{outcome=\"memory\"}").value_or(0) >= 3; };
    CHECK(support::eventually([&] { return be.call("GET", path).status == 200 && from_memory(); }));
    CHECK(be.call("DELETE", path).status == 204);
    CHECK(be.call("GET", path).status == 404);
}

TEST_CASE("with CACHE_MEMORY=0 every read asks the database") {
    const servers world;
    const auto be = world.start({.environment = {{"CACHE_MEMORY", "0"}}});
    const auto id = id_of(be.post(R"({"title":"a"})"));
    for (int i = 0; i < 3; ++i)
        CHECK(text_of(be.get(id).at("title")) == "a");
    CHECK(be.metric("todo_cache_reads_total{outcome=\"memory\"}") == 0);
}

TEST_CASE("what a member changes in a list another reads at once, at another replica and at both addresses") {
    const servers world;
    const auto a = world.start(with_users());
    const auto b = world.start(with_users());
    const person ann(world, "ann"), bob(world, "bob");
    const auto list = ann.share(a, {{&bob, "editor"}});
    const auto all = list + "/todos";
    const auto page = [&] { return bob.call(b, "GET", all).body; };
    const auto in_page = [&](const std::string& text) { return page().find(text) != std::string::npos; };
    for (int round = 0; round < 20; ++round) {
        const auto n = std::to_string(round);
        (void)page();  // is kept
        const auto one = id_of(ann.call(a, "POST", all, R"({"title":"one)" + n + "\"}"));
        CHECK(in_page("one" + n));
        const auto item = all + "/" + one;
        (void)bob.call(b, "GET", item);
        CHECK(ann.call(a, "PATCH", item, R"({"title":"two)" + n + "\"}").status == 200);
        CHECK(bob.call(b, "GET", item).body.find("two" + n) != std::string::npos);
        CHECK(in_page("two" + n));
        const auto set = R"({"operations":[{"op":"change","id":")" + one + R"(","todo":{"title":"three)" + n + "\"}}]}";
        CHECK(ann.call(a, "POST", all + ":batch", set, {{"Content-Type", "application/json"}}).status == 200);
        CHECK(bob.call(b, "GET", item).body.find("three" + n) != std::string::npos);
        CHECK(ann.call(a, "DELETE", item).status == 204);
        CHECK(bob.call(b, "GET", item).status == 404);
        CHECK_FALSE(in_page("three" + n));
        CHECK(ann.call(a, "POST", item + ":restore").status == 200);
        CHECK(in_page("three" + n));
    }
}
