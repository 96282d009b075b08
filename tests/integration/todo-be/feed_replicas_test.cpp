// The change feed of several replicas: order, and what is committed late.
#include <atomic>
#include <boost/json/parse.hpp>
#include <set>
#include <thread>

#include "event_reader.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
using support::eventually;
using namespace std::chrono_literals;

TEST_CASE("a write through one replica is streamed by another at once") {
    const servers world;
    const auto a = world.start();
    const auto b = world.start();
    event_reader events(b.port());
    CHECK(eventually([&] {
        const auto before = std::chrono::steady_clock::now();
        const auto id = id_of(a.post(R"({"title":"x"})"));
        const auto e = events.next();
        REQUIRE(e);
        CHECK(text_of(boost::json::parse(e->data).at("subject")) == id);
        return std::chrono::steady_clock::now() - before < 50ms;
    }));
}

// psql that begins a transaction, draws a number, and commits or gives up later.
TEST_CASE("an event that is committed after later ones is not passed over") {
    const servers world;
    const auto be = world.start();
    event_reader events(be.port());
    const auto url = world.postgres.url();
    const auto insert = [](const std::string& end) {
        return "begin; insert into events (id, todo_id, type, payload) values (gen_random_uuid(), gen_random_uuid(), "
               "'late', '\"late\"'); select pg_sleep(2); " +
               end;
    };
    const auto page = [&] { return json_of(be.call("GET", "/api/events?after=0")); };
    std::thread late([&] { support::query(url, insert("commit; select pg_notify('todos_changed', '')")); });
    CHECK(eventually(
        [&] { return support::query(url, "select last_value, is_called from events_seq_seq").at(0).at(1) == "t"; }));
    be.post(R"({"title":"x"})");
    // It is held back until the one before has come.
    CHECK(page().at("events").as_array().empty());
    CHECK(page().at("more").as_bool());
    CHECK(events.next()->type == "late");
    CHECK(events.next()->id == "2");
    late.join();
    CHECK(page().at("events").as_array().size() == 2);
    CHECK(page().at("next") == "2");

    std::thread given_up([&] { support::query(url, insert("rollback")); });
    CHECK(eventually([&] { return support::query(url, "select last_value from events_seq_seq").at(0).at(0) == "3"; }));
    be.post(R"({"title":"x"})");
    CHECK(events.next()->id == "4");
    given_up.join();
    CHECK(page().at("next") == "4");
    CHECK_FALSE(page().at("more").as_bool());
}

namespace {

constexpr int writers = 8, writes_each = 400, all_writes = writers * writes_each;

// Every writer writes at both replicas in turn.
std::vector<std::thread> start_writers(const backend& a, const backend& b, std::atomic<int>& written) {
    std::vector<std::thread> threads;
    threads.reserve(writers);
    for (int w = 0; w < writers; ++w) {
        threads.emplace_back([&a, &b, &written, w] {
            for (int i = 0; i < writes_each; ++i)
                if (((w + i) % 2 == 0 ? a : b).post(R"({"title":"x"})").status == 201) ++written;
        });
    }
    return threads;
}

// What a reader sees that is cut off again and again, and goes on at either replica.
struct restless_reader {
    std::vector<std::int64_t> seqs;
    std::set<std::string> ids;
    unsigned connections = 0;

    bool done() const { return seqs.size() >= all_writes; }

    void read(const backend& from) {
        const auto position = seqs.empty() ? "0" : std::to_string(seqs.back());
        event_reader events(from.port(), "", {{"Last-Event-ID", position}}, 20s);
        REQUIRE(events.status() == 200);
        ++connections;
        for (unsigned i = 0; i < 1 + connections % 50 && !done(); ++i) {
            const auto e = events.next();
            REQUIRE(e);
            seqs.push_back(std::stoll(e->id));
            ids.insert(text_of(boost::json::parse(e->data).at("id")));
        }
    }
};

}  // namespace

TEST_CASE("a reader that is cut off and comes back sees every event once and in order") {
    const servers world;
    const auto a = world.start();
    const auto b = world.start();
    std::atomic<int> written = 0;
    auto threads = start_writers(a, b, written);
    restless_reader reader;
    while (!reader.done())
        reader.read(reader.connections % 2 == 0 ? a : b);
    for (auto& t : threads)
        t.join();
    CHECK(written == all_writes);
    CHECK(reader.ids.size() == all_writes);
    std::vector<std::int64_t> stored;
    for (const auto& row : support::query(world.postgres.url(), "select seq from events order by seq"))
        stored.push_back(std::stoll(row.at(0)));
    CHECK(reader.seqs == stored);
    CHECK(reader.connections > 50);
}
