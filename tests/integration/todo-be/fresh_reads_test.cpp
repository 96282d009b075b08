// What is answered from memory is never older than what its reader knows: writes and then reads at replicas at random.
#include <random>
#include <thread>

#include "backend.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

// Writes at one replica, and reads what it wrote at another one right afterwards, as an item and in the list. It runs
// on a thread of its own, where nothing may be CHECKed.
struct impatient_client {
    const std::vector<const backend*> replicas;
    std::mt19937 random;
    int stale = 0, failed = 0;

    const backend& any() { return *replicas[random() % replicas.size()]; }

    void run(int writes) {
        const auto id = text_of(json_of(any().post(R"({"title":"0"})")).at("id"));
        for (int n = 1; n <= writes; ++n) {
            const auto title = std::to_string(n);
            if (any().patch(id, R"({"title":")" + title + "\"}").status != 200) ++failed;
            // Twice each, so that the second one may be answered from memory.
            for (int i = 0; i < 2; ++i) {
                if (text_of(json_of(any().call("GET", "/api/todos/" + id)).at("title")) != title) ++stale;
                if (title_in_list(id) != title) ++stale;
            }
        }
    }
    std::string title_in_list(const std::string& id) {
        const auto page = json_of(any().call("GET", "/api/todos"));
        for (const auto& t : page.at("items").as_array())
            if (text_of(t.at("id")) == id) return text_of(t.at("title"));
        return {};
    }
};

}  // namespace

TEST_CASE("whoever has written reads it back at any replica, thousands of times") {
    const servers world;
    const auto a = world.start();
    const auto b = world.start();
    std::vector<impatient_client> clients;
    for (unsigned i = 0; i < 4; ++i)
        clients.push_back({{&a, &b}, std::mt19937(i)});
    std::vector<std::thread> threads;
    threads.reserve(clients.size());
    for (auto& c : clients)
        threads.emplace_back([&c] { c.run(500); });
    for (auto& t : threads)
        t.join();
    for (const auto& c : clients) {
        CHECK(c.stale == 0);
        CHECK(c.failed == 0);
    }
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
    CHECK(be.metric("todo_cache_reads_total{outcome=\"memory\"}") == 3);
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
