// The change feed, followed by the clients of clients.mjs through a restart of todo-be.
#include <boost/json.hpp>
#include <map>
#include <optional>
#include <sstream>
#include <vector>

#include "support/catch.hpp"
#include "support/servers.hpp"

using namespace tidings::support;

namespace {

namespace json = boost::json;

class service {
  public:
    void start() {
        process::options o;
        o.argv = {program("todo-be")};
        o.environment = {{"DATABASE_URL", postgres_.url()},
                         {"NATS_URL", nats_.url()},
                         {"PORT", std::to_string(port_)},
                         {"METRICS_PORT", std::to_string(free_port())}};
        o.log = dir_.path() / "log";
        child_.emplace(std::move(o));
        REQUIRE(eventually([this] { return answers(); }));
    }
    void stop() { CHECK(child_->stop() == 0); }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    void create(const std::string& title) const {
        const auto body = json::serialize(json::object{{"title", title}});
        REQUIRE(http_call("POST", url() + "/api/todos", body, {{"Content-Type", "application/json"}}).status == 201);
    }

  private:
    bool answers() const {
        try {
            return http_call("GET", url() + "/readyz").status == 200;
        } catch (const std::runtime_error&) {
            return false;
        }
    }

    postgres_server postgres_;
    nats_server nats_;
    temp_dir dir_;
    std::uint16_t port_ = free_port();
    std::optional<process> child_;
};

struct seen {
    std::map<std::string, std::vector<std::string>> titles;  // by client
    std::map<std::string, std::vector<std::string>> closes;
};

seen read(const process& clients) {
    seen s;
    std::istringstream lines(clients.output());
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with('{')) continue;
        boost::system::error_code incomplete;
        const auto parsed = json::parse(line, incomplete);
        if (incomplete) continue;
        const auto& shown = parsed.as_object();
        const std::string by(shown.at("by").as_string());
        if (shown.contains("closed")) {
            s.closes[by].push_back(json::serialize(shown.at("closed")) + ' ' +
                                   std::string(shown.at("extensions").as_string()));
        } else {
            s.titles[by].emplace_back(shown.at("title").as_string());
        }
    }
    return s;
}

constexpr int each_time = 20;

// After each restart so many more.
void check_all(service& be, const process& clients, std::vector<std::string>& expected) {
    for (int i = 0; i < each_time; ++i) {
        expected.push_back("Brötchen 🥐 " + std::string(static_cast<std::size_t>(i), 'x') +
                           std::to_string(expected.size()));
        be.create(expected.back());
    }
    const bool all = eventually([&] {
        const auto now = read(clients);
        return now.titles.size() == 3 && std::all_of(now.titles.begin(), now.titles.end(), [&](const auto& by) {
                   return by.second.size() >= expected.size();
               });
    });
    INFO(clients.output());
    CHECK(all);
    for (const auto& [by, titles] : read(clients).titles) {
        INFO(by);
        CHECK(titles == expected);
    }
}

}  // namespace

TEST_CASE("third-party clients see every event once, in order, and come back by themselves") {
    service be;
    be.start();
    const temp_dir dir;
    process clients({.argv = {"node", FEED_FOLDER "/clients.mjs"},
                     .environment = {{"URL", be.url()}},
                     .log = dir.path() / "log",
                     .user = {}});
    std::vector<std::string> expected;
    for (int restarts = 0; restarts < 3; ++restarts) {
        check_all(be, clients, expected);
        be.stop();
        be.start();
    }
    check_all(be, clients, expected);
    const auto closes = read(clients).closes;
    CHECK(closes.at("ws").front() == "1001 ");
    CHECK(closes.at("ws, compressed").front() == "1001 permessage-deflate");
}
