// todo-cron with the real todo-be on a real PostgreSQL: they understand each other.
#include <boost/json/parse.hpp>

#include "ids/timestamp.hpp"
#include "stand_in.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_cron_test;

namespace {

class backend {
  public:
    explicit backend(const std::string& token, const std::string& identity = "off")
        : port_(support::free_port()),
          process_({.argv = {support::program("todo-be")},
                    .environment = {{"DATABASE_URL", database_.url()},
                                    {"NATS_URL", "nats://127.0.0.1:" + std::to_string(support::free_port())},
                                    {"PORT", std::to_string(port_)},
                                    {"METRICS_PORT", "0"},
                                    {"API_TOKEN", token},
                                    {"IDENTITY", identity}},
                    .log = dir_.path() / "log",
                    .user = {}}),
          token_(token) {
        INFO(process_.output());
        REQUIRE(support::eventually([this] { return ready(); }));
    }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

    std::vector<std::string> titles() const {
        const auto answer =
            support::http_call("GET", url() + "/api/todos", {}, {{"Authorization", "Bearer " + token_}});
        REQUIRE(answer.status == 200);
        std::vector<std::string> found;
        const auto page = boost::json::parse(answer.body);
        for (const auto& item : page.at("items").as_array())
            found.emplace_back(item.at("title").as_string());
        return found;
    }

    // A personal access token, as the runbook makes it.
    std::string token_of_cron() const {
        const auto answer =
            support::http_call("POST", url() + "/api/tokens",
                               R"({"name":"todo-cron","scopes":["todos:read","todos:write"],"expires_at":")" +
                                   ids::format(ids::now() + std::chrono::hours(24 * 360)) + R"("})",
                               {{"Authorization", "Bearer " + token_}, {"Content-Type", "application/json"}});
        REQUIRE(answer.status == 201);
        return std::string(boost::json::parse(answer.body).at("token").as_string());
    }

  private:
    bool ready() const {
        try {
            return support::http_call("GET", url() + "/readyz").status == 200;
        } catch (const std::runtime_error&) {
            return false;
        }
    }

    support::postgres_server database_;
    support::temp_dir dir_;
    std::uint16_t port_;
    support::process process_;
    std::string token_;
};

ended run_at(const stand_in& world, const backend& be, const std::string& time, const std::string& token = "t0ken") {
    return run_cron(world, {{"BACKEND_URL", be.url()}, {"API_TOKEN", token}, {"SCHEDULED_AT", time}});
}

}  // namespace

TEST_CASE("todo-be gets one to-do an hour, however often the job runs") {
    const backend be("t0ken");
    stand_in world;
    for (const std::string name : {"Aachen", "Bonn", "Celle"})
        world.redirect("https://en.wikipedia.org/wiki/" + name);

    CHECK(run_at(world, be, "2026-01-31T12:00:00Z").code == 0);
    const auto rerun = run_at(world, be, "2026-01-31T12:30:00Z");
    CHECK(rerun.code == 0);
    CHECK(rerun.output.find(R"("result":"already_done")") != std::string::npos);
    CHECK(be.titles() == std::vector<std::string>{"Read https://en.wikipedia.org/wiki/Aachen"});

    CHECK(run_at(world, be, "2026-01-31T13:00:00Z").code == 0);
    CHECK(be.titles().size() == 2);
}

TEST_CASE("todo-be accepts the longest titles, and a wrong token is permanent") {
    const backend be("t0ken");
    stand_in cut, readable;
    cut.redirect("https://en.wikipedia.org/wiki/" + std::string(300, 'a'));
    std::string encoded;
    for (int i = 0; i < 105; ++i)
        encoded += "%F0%9F%98%80";
    readable.redirect("https://en.wikipedia.org/wiki/" + encoded);
    CHECK(run_at(cut, be, "2026-01-31T12:00:00Z").code == 0);
    CHECK(run_at(readable, be, "2026-01-31T13:00:00Z").code == 0);
    CHECK(be.titles().size() == 2);

    CHECK(run_cron(cut, {{"BACKEND_URL", be.url()}, {"API_TOKEN", "wrong"}}).code == 2);
    CHECK(be.titles().size() == 2);
}

TEST_CASE("where there are users a personal access token is enough") {
    const backend be("t0ken", "on");
    stand_in world;
    world.redirect("https://en.wikipedia.org/wiki/Aachen");
    CHECK(run_at(world, be, "2026-01-31T12:00:00Z", be.token_of_cron()).code == 0);
    CHECK(be.titles().size() == 1);
    world.redirect("https://en.wikipedia.org/wiki/Bonn");
    CHECK(run_at(world, be, "2026-01-31T13:00:00Z", "tdp_of_nobody").code != 0);
    CHECK(be.titles().size() == 1);
}
