// A drill of the promise: changes at full speed while one process after the other is killed with SIGKILL and started
// again.
#include <algorithm>
#include <fstream>
#include <set>

#include "support/catch.hpp"
#include "support/query.hpp"
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

struct place {
    std::string todo;
    unsigned version = 0;
};

// What each event is about, from todo-be's event log.
std::map<std::string, place> event_log(const std::string& database_url) {
    std::map<std::string, place> log;
    for (const auto& row :
         query(database_url,
               "select id, todo_id, substring(payload from '\"sequence\":\"(\\d+)\"')::bigint from events")) {
        log[row[0]] = {row[1], static_cast<unsigned>(std::stoul(row[2]))};
    }
    return log;
}

// Per to-do the versions that the receiver saw at a path, in the order of their first arrival.
using arrivals = std::map<std::string, std::vector<unsigned>>;

arrivals arrived_at(const receiver& r, const std::string& path, const std::map<std::string, place>& log) {
    arrivals by_todo;
    for (const auto& id : r.ids(path)) {
        const auto known = log.find(id);
        REQUIRE(known != log.end());  // an id that todo-be never assigned: it was not stable
        by_todo[known->second.todo].push_back(known->second.version);
    }
    return by_todo;
}

std::size_t missing(const drills::writers& w, const arrivals& arrived) {
    std::size_t n = 0;
    for (const auto& [todo, highest] : w.versions()) {
        const auto found = arrived.find(todo);
        const std::set<unsigned> versions = found == arrived.end()
                                                ? std::set<unsigned>{}
                                                : std::set<unsigned>(found->second.begin(), found->second.end());
        for (unsigned v = 1; v <= highest; ++v)
            n += versions.contains(v) ? 0 : 1;
    }
    return n;
}

std::size_t out_of_order(const arrivals& arrived) {
    std::size_t n = 0;
    for (const auto& [todo, versions] : arrived) {
        for (std::size_t i = 1; i < versions.size(); ++i)
            n += versions[i] < versions[i - 1] ? 1 : 0;
    }
    return n;
}

// One event, one id: no version of a to-do came under two ids.
std::size_t under_two_ids(const arrivals& arrived) {
    std::size_t n = 0;
    for (const auto& [todo, versions] : arrived)
        n += versions.size() - std::set<unsigned>(versions.begin(), versions.end()).size();
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

void check_arrived(const receiver& r, const drills::writers& w, const std::string& path, const std::string& database,
                   std::size_t replicas) {
    const auto arrived = arrived_at(r, path, event_log(database));
    CHECK(missing(w, arrived) == 0);
    CHECK(under_two_ids(arrived) == 0);
    const auto count = r.count(path);
    CHECK(count.bad_signatures == 0);
    if (path == "/per-key") CHECK(out_of_order(arrived) == 0);
    WARN(replicas << " replica(s), " << path << ": " << w.acknowledged() << " changes acknowledged, " << count.accepted
                  << " events arrived, " << count.repeated << " duplicates, " << out_of_order(arrived)
                  << " out of order, " << w.unanswered() << " requests tried again");
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
        const bool all =
            eventually([&] { return missing(w, arrived_at(r, path, event_log(postgres.url()))) == 0; }, 90s);
        if (!all) UNSCOPED_INFO("todo-be:\n" << todo_be.log() << "\nbroadcaster:\n" << broadcasters.front()->log());
        check_arrived(r, w, path, postgres.url(), replicas);
    }
}

}  // namespace

TEST_CASE("one broadcaster: every process is killed once and no acknowledged change is lost") { drill(1); }

TEST_CASE("three broadcasters: every process is killed once and no acknowledged change is lost") { drill(3); }
