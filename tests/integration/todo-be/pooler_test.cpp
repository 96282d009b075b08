// todo-be behind PgBouncer: it works in session mode, and in transaction mode beside PostgreSQL itself; otherwise it
// says what to do.
#include <array>
#include <atomic>
#include <fstream>
#include <thread>

#include "backend.hpp"
#include "people.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
using namespace std::chrono_literals;

namespace {

class pgbouncer {
  public:
    // `more`: further lines of its configuration; the rest is default.
    pgbouncer(const support::postgres_server& postgres, const std::string& more,
              std::uint16_t port = support::free_port())
        : port_(port) {
        const auto file = dir_.path() / "pgbouncer.ini";
        std::ofstream(file) << "[databases]\ntidings = host=127.0.0.1 port=" << postgres.port()
                            << " user=tidings\n[pgbouncer]\nlisten_addr = 127.0.0.1\nunix_socket_dir =\n"
                               "auth_type = any\nlisten_port = "
                            << port_ << '\n'
                            << more;
        server_.emplace(support::process::options{{"pgbouncer", file}, {}, dir_.path() / "log", "postgres"});
        const bool up = support::eventually([&] { return log().find("process up") != std::string::npos; });
        INFO(log());
        REQUIRE(up);
    }
    std::string url() const { return "postgresql://tidings@127.0.0.1:" + std::to_string(port_) + "/tidings"; }
    std::uint16_t port() const { return port_; }
    std::string log() const { return server_->output(); }

  private:
    support::temp_dir dir_;
    std::uint16_t port_;
    std::optional<support::process> server_;
};

// One write and one read; -1: no response.
void use(const backend& be, int client, int rounds, std::array<std::atomic<int>, 600>& statuses) {
    const auto count = [&](const support::http_answer& a) {
        ++statuses.at(static_cast<std::size_t>(a.status));
        return a;
    };
    for (int i = 0; i < rounds; ++i) {
        const auto title = R"({"title":"to-do )" + std::to_string(client) + '-' + std::to_string(i) + "\"}";
        const auto made = count(be.post(title, {{"Idempotency-Key", std::to_string(client * 1'000 + i)}}));
        count(be.call("GET", "/api/todos"));
        count(be.call("GET", "/api/todos?done=true&limit=5"));
        if (made.status != 201) continue;
        const auto id = text_of(json_of(made).at("id"));
        count(be.patch(id, R"({"done":true})"));
        count(be.call("GET", "/api/todos/" + id));
        if (i % 2 == 0) count(be.call("DELETE", "/api/todos/" + id));
    }
}

// `first`: the number of its first client; no two loads of a database share one.
std::array<int, 600> mixed_load(const backend& be, int first = 0) {
    constexpr int clients = 6, rounds = 12;
    std::array<std::atomic<int>, 600> statuses{};
    std::vector<std::thread> threads;
    for (int c = first; c < first + clients; ++c)
        threads.emplace_back([&, c] { use(be, c, rounds, statuses); });
    for (auto& t : threads)
        t.join();
    std::array<int, 600> out{};
    for (std::size_t s = 0; s < out.size(); ++s)
        out.at(s) = statuses.at(s);
    return out;
}

int sum(const std::array<int, 600>& statuses, std::size_t from, std::size_t to) {
    int n = 0;
    for (auto s = from; s < to; ++s)
        n += statuses.at(s);
    return n;
}

}  // namespace

TEST_CASE("PgBouncer in session mode is supported") {
    const support::postgres_server postgres;
    const support::nats_server nats;
    const pgbouncer pooler(postgres, "pool_mode = session\n");
    const backend be(pooler.url(), nats.url());
    const auto statuses = mixed_load(be);
    INFO(be.log());
    CHECK(sum(statuses, 200, 300) == 6 * (12 * 5 + 6));
    CHECK(sum(statuses, 300, 600) == 0);
    CHECK(support::eventually([&] { return be.metric("todo_outbox_pending") == 0; }));
}

TEST_CASE("PgBouncer without session mode is rejected and the log says what to do") {
    const auto* mode = GENERATE("pool_mode = transaction\n", "pool_mode = transaction\nserver_round_robin = 1\n",
                                "pool_mode = transaction\nignore_startup_parameters = options\n");
    CAPTURE(mode);
    const support::postgres_server postgres;
    const support::nats_server nats;
    const pgbouncer pooler(postgres, mode);
    const backend be(pooler.url(), nats.url(), {.wait_ready = false});
    CHECK(support::eventually([&] { return be.log().find("pool_mode = session") != std::string::npos; }));
    const auto statuses = mixed_load(be);
    INFO(be.log());
    CHECK(statuses[503] == 6 * 12 * 3);
    CHECK(sum(statuses, 0, 503) + sum(statuses, 504, 600) == 0);
    CHECK(be.call("GET", "/readyz").status == 503);
    CHECK(be.call("GET", "/livez").status == 200);
}

TEST_CASE("PgBouncer in transaction mode serves requests beside PostgreSQL itself") {
    const auto* mode = GENERATE("pool_mode = transaction\n",
                                "pool_mode = transaction\nserver_round_robin = 1\ndefault_pool_size = 2\n");
    CAPTURE(mode);
    const support::postgres_server postgres;
    const support::nats_server nats;
    const pgbouncer pooler(postgres, mode);
    const backend_options through{.environment = {{"DATABASE_POOLER_URL", pooler.url()}, {"POOL_SIZE", "6"}}};
    const backend one(postgres.url(), nats.url(), through), other(postgres.url(), nats.url(), through);
    for (const auto* be : {&one, &other}) {
        const auto statuses = mixed_load(*be, be == &one ? 0 : 100);
        INFO(be->log());
        CHECK(sum(statuses, 200, 300) == 6 * (12 * 5 + 6));
        CHECK(sum(statuses, 300, 600) == 0);
    }
    CHECK(json_of(other.call("GET", "/api/todos?limit=1000")) == json_of(one.call("GET", "/api/todos?limit=1000")));
    CHECK(support::eventually([&] { return one.metric("todo_outbox_pending") == 0; }));
}

TEST_CASE("users, their tokens and lists work through PgBouncer in transaction mode") {
    const servers world;
    const pgbouncer pooler(world.postgres, "pool_mode = transaction\nserver_round_robin = 1\ndefault_pool_size = 2\n");
    const auto be = world.start(with_users({{"DATABASE_POOLER_URL", pooler.url()}}));
    const person ann(world, "ann"), bob(world, "bob");
    for (int i = 0; i < 20; ++i) {
        const auto token = ann.new_token("todos:read todos:write");
        CHECK(be.call("POST", "/api/todos", R"({"title":"x"})", bearer(token)).status == 201);
        CHECK(be.call("GET", "/api/todos?done=false", {}, bearer(token)).status == 200);
        CHECK(be.call("GET", "/api/tokens", {}, bearer(ann.token)).status == 200);
        const auto list = ann.share(be, {{&bob, "reader"}});
        CHECK(bob.call(be, "GET", list + "/todos").status == 200);
        CHECK(bob.call(be, "DELETE", list + "/members/" + bob.public_id()).status == 204);
        CHECK(bob.call(be, "GET", list + "/todos").status == 404);
    }
}

TEST_CASE("a pooler that ends and comes back is found again") {
    const support::postgres_server postgres;
    const support::nats_server nats;
    std::optional<pgbouncer> pooler(std::in_place, postgres, "pool_mode = transaction\n");
    const auto port = pooler->port();
    const backend be(postgres.url(), nats.url(), {.environment = {{"DATABASE_POOLER_URL", pooler->url()}}});
    CHECK(be.post(R"({"title":"before"})").status == 201);
    pooler.reset();
    CHECK(support::eventually([&] { return be.post(R"({"title":"away"})").status == 503; }));
    pooler.emplace(postgres, "pool_mode = transaction\n", port);
    CHECK(support::eventually([&] { return be.post(R"({"title":"after"})").status == 201; }));
    CHECK(be.call("GET", "/api/todos").status == 200);
}

TEST_CASE("migrating through a pooler without session mode exits immediately with 2") {
    const support::postgres_server postgres;
    const auto* mode = GENERATE("pool_mode = transaction\n", "pool_mode = statement\n");
    CAPTURE(mode);
    const pgbouncer pooler(postgres, mode);
    const support::temp_dir dir;
    support::process p({{support::program("todo-be"), "--migrate-only"},
                        {{"DATABASE_URL", pooler.url()}, {"MIGRATE_TIMEOUT", "2s"}},
                        dir.path() / "log",
                        {}});
    CHECK(p.wait(20s) == 2);
    CHECK(p.output().find("pool_mode = session") != std::string::npos);
}
