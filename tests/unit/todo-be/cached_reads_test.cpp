// A model of the world: a database, replicas that hear of its commits late and in order, readers and writers at random.
#include "api/cached_reads.hpp"

#include <array>
#include <deque>
#include <random>

#include "runtime/run.hpp"
#include "runtime/task_group.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;
using namespace std::chrono_literals;

namespace {

constexpr int owners = 3;

struct database {
    std::array<int, owners> value{};         // of each owner
    std::array<int, owners> acknowledged{};  // what a writer was told
    int commits = 0;
};

struct commit {
    user_id owner;
    std::string name;
};

// Hears of commits in their order, at some time or when it must.
struct replica {
    answer_cache memory;
    std::deque<commit> to_hear = {};
    cached_reads reads{memory, {.caught_up = [this] { return catch_up(); }}};

    replica() { memory.live(true); }
    void hear_one() {
        if (to_hear.empty()) return;
        memory.generations().changed(to_hear.front().owner, to_hear.front().name);
        to_hear.pop_front();
    }
    runtime::task<bool> catch_up() {
        const auto known = to_hear.size();
        co_await runtime::sleep_for(0ms);
        for (std::size_t i = 0; i < known; ++i)
            hear_one();
        co_return true;
    }
};

struct world {
    explicit world(unsigned seed) : random(seed) {}
    std::mt19937 random;
    database db;
    std::array<replica, 2> replicas;
    int stale = 0, hits = 0, reads = 0;

    int below(int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); }
    runtime::task<> pause() {
        for (int i = below(3); i > 0; --i)
            co_await runtime::sleep_for(0ms);
    }
};

runtime::task<> write(world& w) {
    const int owner = w.below(owners);
    co_await w.pause();
    const int written = ++w.db.value.at(static_cast<std::size_t>(owner));
    const auto name = std::to_string(++w.db.commits);
    for (auto& r : w.replicas)
        r.to_hear.push_back({{owner}, name});
    co_await w.pause();  // it is committed, and its writer does not know yet
    auto& told = w.db.acknowledged.at(static_cast<std::size_t>(owner));
    told = std::max(told, written);
}

runtime::task<> read(world& w) {
    auto& r = w.replicas.at(static_cast<std::size_t>(w.below(2)));
    const int owner = w.below(owners);
    const auto o = static_cast<std::size_t>(owner);
    const int at_least = w.db.acknowledged.at(o);
    auto l = co_await r.reads.find({owner}, std::to_string(w.below(2)));
    ++w.reads;
    w.hits += l.read.answer ? 1 : 0;
    if (!l.read.answer) {
        co_await w.pause();
        const auto found = std::to_string(w.db.value.at(o));
        co_await w.pause();
        r.reads.keep(l, {std::make_shared<const http::prepared_bytes>(http::prepared_bytes{found, {}, {}})});
    }
    w.stale += std::stoi(l.read.answer->plain) < at_least ? 1 : 0;
}

runtime::task<> history(world& w) {
    runtime::task_group tasks(co_await runtime::asio::this_coro::executor);
    for (int step = 0; step < 120; ++step) {
        const int what = w.below(10);
        if (what < 2) {
            tasks.spawn(write(w));
        } else if (what < 8) {
            tasks.spawn(read(w));
        } else if (what < 9) {
            w.replicas.at(static_cast<std::size_t>(w.below(2))).hear_one();
        }
        co_await w.pause();
    }
    REQUIRE(co_await tasks.wait(10s));
}

}  // namespace

TEST_CASE("in thousands of histories no read is older than what was acknowledged before it began") {
    int hits = 0, reads = 0;
    for (unsigned seed = 0; seed < 2'000; ++seed) {
        runtime::asio::io_context loop{1};
        world w(seed);
        runtime::run(loop, history(w));
        INFO(seed);
        REQUIRE(w.stale == 0);
        hits += w.hits;
        reads += w.reads;
    }
    CHECK(hits > reads / 20);
}

TEST_CASE("what cannot be verified is not believed") {
    answer_cache memory;
    memory.live(true);
    bool reachable = true;
    cached_reads reads(memory, {.caught_up = [&]() -> runtime::task<bool> { co_return reachable; }});
    runtime::asio::io_context loop{1};
    const auto look = [&]() -> runtime::task<> {
        auto l = co_await reads.find(default_user, "20");
        CHECK_FALSE(l.read.answer);
        reads.keep(l, {std::make_shared<const http::prepared_bytes>()});
        CHECK((co_await reads.find(default_user, "20")).read.answer);
        reachable = false;
        CHECK_FALSE((co_await reads.find(default_user, "20")).read.answer);
    };
    runtime::run(loop, look());
}
