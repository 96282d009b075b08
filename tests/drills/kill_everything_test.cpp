// The promise, drilled: changes at full speed while one process after the other is killed with SIGKILL and started
// again.
#include <algorithm>
#include <boost/json.hpp>
#include <fstream>

#include "support/catch.hpp"
#include "support/receiver.hpp"
#include "support/servers.hpp"
#include "writer.hpp"

using namespace tidings;
using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

constexpr unsigned changes = 5'000;

// A program that can be killed and started again on the same ports.
class service {
  public:
    service(std::string name, std::map<std::string, std::string> environment, std::vector<std::string> arguments = {})
        : name_(std::move(name)),
          arguments_(std::move(arguments)),
          environment_(std::move(environment)),
          port_(free_port()) {
        environment_["PORT"] = std::to_string(port_);
        environment_["METRICS_PORT"] = std::to_string(free_port());
        start();
    }

    void start() {
        process::options o;
        o.argv = arguments_;
        o.argv.insert(o.argv.begin(), program(name_));
        o.environment = environment_;
        o.log = dir_.path() / "log";
        child_.emplace(std::move(o));
        REQUIRE(eventually([this] { return ready(); }));
    }

    void crash() {
        child_->kill();
        start();
    }

    bool ready() const {
        try {
            return http_call("GET", url("/readyz")).status == 200;
        } catch (const std::exception&) {
            return false;
        }
    }

    std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
    std::string log() const { return child_->output(); }

  private:
    std::string name_;
    std::vector<std::string> arguments_;
    std::map<std::string, std::string> environment_;
    std::uint16_t port_;
    temp_dir dir_;
    std::optional<process> child_;
};

struct arrival {
    std::string id;
    unsigned version = 0;
};

// What the receiver saw at `path`, per to-do, in the order of first arrival.
std::map<std::string, std::vector<arrival>> arrivals(const receiver& r, const std::string& path) {
    std::map<std::string, std::vector<arrival>> by_todo;
    for (const auto& line : r.events(path))
        by_todo[line.subject].push_back({line.id, line.sequence});
    return by_todo;
}

std::size_t missing(const drills::writers& w, const std::map<std::string, std::vector<arrival>>& arrived) {
    std::size_t n = 0;
    for (const auto& [todo, highest] : w.versions()) {
        const auto found = arrived.find(todo);
        for (unsigned v = 1; v <= highest; ++v) {
            const bool there = found != arrived.end() && std::any_of(found->second.begin(), found->second.end(),
                                                                     [v](const arrival& a) { return a.version == v; });
            if (!there) ++n;
        }
    }
    return n;
}

std::size_t out_of_order(const std::map<std::string, std::vector<arrival>>& arrived) {
    std::size_t n = 0;
    for (const auto& [todo, list] : arrived) {
        for (std::size_t i = 1; i < list.size(); ++i)
            n += list[i].version < list[i - 1].version ? 1 : 0;
    }
    return n;
}

// One event, one id: the same version of a to-do never came under two ids.
std::size_t unstable_ids(const std::map<std::string, std::vector<arrival>>& arrived) {
    std::size_t n = 0;
    for (const auto& [todo, list] : arrived) {
        std::map<unsigned, std::string> id_of;
        for (const auto& a : list)
            n += id_of.try_emplace(a.version, a.id).first->second == a.id ? 0 : 1;
    }
    return n;
}

std::string endpoints_file(const temp_dir& dir, const receiver& r) {
    const auto path = dir.path() / "broadcaster.yaml";
    std::ofstream file(path);
    file << "allow_private_addresses: true\nendpoints:\n";
    for (const char* order : {"none", "per-key"}) {
        file << "  - name: " << order << "\n    url: " << r.url(std::string("/") + order) << "\n    secrets: ["
             << receiver::secret << "]\n    ordering: " << order << "\n    first_probe: 200ms\n";
    }
    return path.string();
}

void drill(std::size_t replicas) {
    temp_dir dir;
    postgres_server postgres;
    nats_server nats;
    receiver r;
    service todo_be("todo-be", {{"DATABASE_URL", postgres.url()}, {"NATS_URL", nats.url()}});
    std::vector<std::unique_ptr<service>> broadcasters;
    for (std::size_t n = 0; n < replicas; ++n) {
        broadcasters.push_back(std::make_unique<service>(
            "broadcaster", std::map<std::string, std::string>{{"NATS_URL", nats.url()}, {"ACK_WAIT", "3s"}},
            std::vector<std::string>{"--config", endpoints_file(dir, r)}));
    }
    drills::writers w(todo_be.url("/api"), 8, changes);
    const auto reached = [&](unsigned n) { return eventually([&] { return w.acknowledged() >= n; }, 120s); };
    REQUIRE(reached(changes * 1 / 6));
    broadcasters.front()->crash();
    REQUIRE(reached(changes * 2 / 6));
    todo_be.crash();
    REQUIRE(reached(changes * 3 / 6));
    nats.kill();
    nats.start();
    REQUIRE(reached(changes * 4 / 6));
    postgres.kill();
    postgres.start();
    REQUIRE(reached(changes * 5 / 6));
    broadcasters.back()->crash();
    w.wait();
    REQUIRE(w.acknowledged() >= changes);

    for (const char* path : {"/none", "/per-key"}) {
        INFO(path);
        const bool all = eventually([&] { return missing(w, arrivals(r, path)) == 0; }, 90s);
        const auto arrived = arrivals(r, path);
        CHECK(missing(w, arrived) == 0);
        CHECK(unstable_ids(arrived) == 0);
        CHECK(r.count(path).bad_signatures == 0);
        if (std::string(path) == "/per-key") CHECK(out_of_order(arrived) == 0);
        if (!all)
            WARN("todo-be:\n"
                 << todo_be.log().substr(0, 4000) << "\nbroadcaster:\n"
                 << broadcasters.front()->log().substr(0, 4000));
        WARN(replicas << " replica(s) " << path << ": " << w.acknowledged() << " acknowledged, " << r.count(path).unique
                      << " arrived, " << r.count(path).duplicates << " duplicates, " << w.unanswered()
                      << " requests retried");
    }
}

}  // namespace

TEST_CASE("one broadcaster: everything is killed once, every acknowledged change arrives") { drill(1); }

TEST_CASE("three broadcasters: everything is killed once, every acknowledged change arrives") { drill(3); }
