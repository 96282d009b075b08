// PostgreSQL's primary is lost, and its synchronous standby takes its place: what was acknowledged is there.
#include <atomic>
#include <set>
#include <thread>

#include "relay_checks.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
using namespace std::chrono_literals;

namespace {

struct pair_of_servers {
    support::postgres_server primary;
    support::postgres_server standby{support::postgres_server::follow{primary.port()}};

    // A commit is acknowledged only when the standby has it, too.
    void make_synchronous() const {
        support::query(primary.url(), "alter system set synchronous_standby_names = '*'");
        support::query(primary.url(), "select pg_reload_conf()");
        REQUIRE(support::eventually([&] {
            const auto rows = support::query(primary.url(), "select sync_state from pg_stat_replication");
            return rows.size() == 1 && rows[0][0] == "sync";
        }));
    }
    std::string url() const {
        return "postgresql://tidings@127.0.0.1:" + std::to_string(primary.port()) +
               ",127.0.0.1:" + std::to_string(standby.port()) + "/tidings?target_session_attrs=read-write";
    }
};

// Creates to-dos, each until it is acknowledged, as a client with an Idempotency-Key does.
class patient_client {
  public:
    patient_client(const backend& be, std::string name) : be_(be), name_(std::move(name)), thread_([this] { run(); }) {}
    ~patient_client() { finish(); }
    patient_client(const patient_client&) = delete;
    patient_client& operator=(const patient_client&) = delete;

    int acknowledged() const { return acknowledged_; }
    void finish() {
        stop_ = true;
        if (thread_.joinable()) thread_.join();
    }
    // After finish().
    const std::set<std::string>& ids() const { return ids_; }

  private:
    void run() {
        for (int n = 0; !stop_; ++n) {
            const auto key = name_ + std::to_string(n);
            while (!create(key))
                if (stop_) return;
        }
    }
    bool create(const std::string& key) {
        try {
            const auto made = be_.post(R"({"title":")" + key + "\"}", {{"Idempotency-Key", key}});
            if (made.status == 201) {
                ids_.insert(text_of(json_of(made).at("id")));
                ++acknowledged_;
            }
            return made.status == 201;
        } catch (const std::runtime_error&) {
            return false;
        }
    }

    const backend& be_;
    std::string name_;
    std::atomic<bool> stop_ = false;
    std::atomic<int> acknowledged_ = 0;
    std::set<std::string> ids_;
    std::thread thread_;
};

std::set<std::string> first_column(const std::string& url, const std::string& sql) {
    std::set<std::string> values;
    for (const auto& row : support::query(url, sql))
        values.insert(row[0]);
    return values;
}

}  // namespace

TEST_CASE("a fail-over to a synchronous standby loses no acknowledged write and heals by itself") {
    pair_of_servers database;
    const support::nats_server nats;
    const backend be(database.url(), nats.url());
    database.make_synchronous();
    patient_client one(be, "one-"), two(be, "two-");
    const auto all_write = [&](int more) {
        const int first = one.acknowledged() + more, second = two.acknowledged() + more;
        return support::eventually([&] { return one.acknowledged() >= first && two.acknowledged() >= second; }, 60s);
    };
    REQUIRE(all_write(50));

    database.primary.kill();
    CHECK(support::eventually([&] { return !be.ready(); }));
    support::query(database.standby.url(), "select pg_promote()");
    CHECK(all_write(50));
    INFO(be.log());
    CHECK(support::eventually([&] { return be.ready(); }));
    one.finish();
    two.finish();

    auto acknowledged = one.ids();
    acknowledged.insert(two.ids().begin(), two.ids().end());
    CHECK(acknowledged.size() == static_cast<std::size_t>(one.acknowledged() + two.acknowledged()));
    // Besides them at most the last one of each client, whose answer it did not wait for.
    const auto kept = first_column(database.standby.url(), "select id from todos");
    CHECK(std::ranges::includes(kept, acknowledged));
    CHECK(kept.size() <= acknowledged.size() + 2);
    CHECK(support::eventually([&] { return drained(be); }));
    std::set<std::string> published;
    for (const auto& e : read_stream(nats.url()))
        CHECK(published.insert(e.id).second);
    CHECK(published == first_column(database.standby.url(), "select id from events"));
    CHECK(published.size() == kept.size());
}

TEST_CASE("reads come from the new primary after a fail-over") {
    pair_of_servers database;
    const support::nats_server nats;
    const backend be(database.url(), nats.url());
    database.make_synchronous();
    const auto id = id_of(be.post(R"({"title":"before"})"));
    CHECK(be.call("GET", "/api/todos/" + id).status == 200);
    database.primary.kill();
    support::query(database.standby.url(), "select pg_promote()");
    CHECK(support::eventually([&] { return be.patch(id, R"({"title":"after"})").status == 200; }));
    CHECK(text_of(be.get(id).at("title")) == "after");
    CHECK(json_of(be.call("GET", "/api/todos")).at("items").as_array().size() == 1);
}
