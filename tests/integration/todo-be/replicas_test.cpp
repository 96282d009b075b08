// Several replicas on one database, and a database that fails and recovers.
#include <thread>

#include "backend.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
using support::eventually;

TEST_CASE("replicas may start simultaneously on an empty database") {
    const servers world;
    const backend_options at_once{.environment = {}, .wait_ready = false};
    const auto a = world.start(at_once);
    const auto b = world.start(at_once);
    const auto c = world.start(at_once);
    for (const auto* be : {&a, &b, &c}) {
        CHECK(eventually([be] { return be->ready(); }));
        CHECK(be->post(R"({"title":"x"})").status == 201);
    }
    CHECK(json_of(a.call("GET", "/api/todos")).at("items").as_array().size() == 3);
}

TEST_CASE("with --migrate-only it applies the migrations and exits") {
    const servers world;
    const support::temp_dir dir;
    for (int runs = 0; runs < 2; ++runs) {
        support::process p({.argv = {support::program("todo-be"), "--migrate-only"},
                            .environment = {{"DATABASE_URL", world.postgres.url()}},
                            .log = dir.path() / "log",
                            .user = {}});
        CHECK(p.wait() == 0);
    }
    CHECK(world.start().post(R"({"title":"x"})").status == 201);
}

TEST_CASE("a write through one replica invalidates the cached list of another") {
    const servers world;
    const auto a = world.start();
    const auto b = world.start();
    const auto count = [](const backend& be) {
        return json_of(be.call("GET", "/api/todos")).at("items").as_array().size();
    };
    std::string id;
    for (std::size_t i = 1; i <= 5; ++i) {
        CHECK(count(b) == i - 1);
        id = id_of(a.post(R"({"title":"x"})"));
        CHECK(eventually([&] { return count(b) == i; }, std::chrono::seconds(1)));
    }
    CHECK(b.call("DELETE", "/api/todos/" + id).status == 204);
    CHECK(eventually([&] { return count(a) == 4; }, std::chrono::seconds(1)));
}

TEST_CASE("an Idempotency-Key works concurrently and across replicas") {
    const servers world;
    const auto a = world.start();
    const auto b = world.start();
    std::vector<std::thread> threads;
    std::vector<std::string> bodies(8);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        threads.emplace_back(
            [&, i] { bodies[i] = (i % 2 == 0 ? a : b).post(R"({"title":"once"})", {{"Idempotency-Key", "k"}}).body; });
    }
    for (auto& t : threads)
        t.join();
    for (const auto& body : bodies)
        CHECK(body == bodies[0]);
    CHECK(json_of(a.call("GET", "/api/todos")).at("items").as_array().size() == 1);
}

TEST_CASE("without PostgreSQL requests get 503, and todo-be recovers by itself") {
    servers world;
    const auto be = world.start();
    const auto id = id_of(be.post(R"({"title":"x"})"));
    world.postgres.kill();
    for (const auto& answer :
         {be.post(R"({"title":"y"})"), be.call("GET", "/api/todos/" + id), be.call("DELETE", "/api/todos/" + id)}) {
        CHECK(is_problem(answer, 503));
        CHECK_FALSE(answer.header("retry-after").empty());
    }
    CHECK(eventually([&be] { return !be.ready(); }));
    CHECK(be.call("GET", "/livez").status == 200);
    CHECK(is_problem(be.call("GET", "/api/todos"), 503));
    world.postgres.start();
    CHECK(eventually([&be] { return be.ready(); }));
    CHECK(be.get(id).at("version").as_int64() == 1);
    CHECK(be.post(R"({"title":"z"})").status == 201);
    CHECK(be.call("GET", "/api/todos").status == 200);
}

TEST_CASE("without PostgreSQL todo-be starts alive but not ready") {
    servers world;
    world.postgres.stop();
    const auto be = world.start({.environment = {}, .wait_ready = false});
    REQUIRE(eventually([&be] {
        try {
            return be.call("GET", "/livez").status == 200;
        } catch (const std::runtime_error&) {
            return false;
        }
    }));
    CHECK_FALSE(be.ready());
    CHECK(is_problem(be.post(R"({"title":"y"})"), 503));
    CHECK(is_problem(be.call("GET", "/api/todos"), 503));
    world.postgres.start();
    CHECK(eventually([&be] { return be.ready(); }));
    CHECK(be.post(R"({"title":"y"})").status == 201);
}

TEST_CASE("SIGTERM during writes loses no accepted one") {
    const servers world;
    auto be = world.start();
    std::atomic<int> accepted = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            try {
                while (be.post(R"({"title":"x"})").status == 201)
                    ++accepted;
            } catch (const std::runtime_error&) {
                // The port is closed.
            }
        });
    }
    CHECK(eventually([&] { return accepted > 50; }));
    CHECK(be.process().stop() == 0);
    for (auto& t : threads)
        t.join();
    const auto after = world.start();
    int found = 0;
    std::string path = "/api/todos?limit=100";
    for (;;) {
        const auto page = json_of(after.call("GET", path));
        found += static_cast<int>(page.at("items").as_array().size());
        if (page.at("next").is_null()) break;
        path = "/api/todos?limit=100&cursor=" + text_of(page.at("next"));
    }
    CHECK(found >= accepted);
    CHECK(found <= accepted + 4);
}
