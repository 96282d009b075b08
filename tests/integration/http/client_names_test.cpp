// Names whose server does not answer, and names that move: the lookups here are ours, all else is real.
#include <boost/asio/execution_context.hpp>
#include <condition_variable>
#include <map>
#include <mutex>

#include "client_caller.hpp"
#include "client_peer.hpp"
#include "http/client/name_lookups.hpp"
#include "http/client/pool.hpp"
#include "support/catch.hpp"

using namespace tidings::test;
using namespace tidings::http::client;
using tidings::http::reply;
using tidings::http::transport_error;

namespace {

namespace asio = boost::asio;

// Names, and what they stand for. No answer comes for a name that is missing, until the end; a brief lookup does not
// wait for it.
class zone {
  public:
    void set(const std::string& name, const char* address) {
        const std::lock_guard lock(mutex_);
        addresses_[name] = asio::ip::make_address(address);
        changed_.notify_all();
    }
    void remove(const std::string& name) {
        const std::lock_guard lock(mutex_);
        addresses_.erase(name);
    }
    void fail(const std::string& name) { set(name, "0.0.0.0"); }
    void end() {
        const std::lock_guard lock(mutex_);
        over_ = true;
        changed_.notify_all();
    }
    int asked() {
        const std::lock_guard lock(mutex_);
        return asked_;
    }
    int most_under_way() {
        const std::lock_guard lock(mutex_);
        return most_under_way_;
    }
    lookup_result look_up(const std::string& name, bool brief) {
        std::unique_lock lock(mutex_);
        ++asked_;
        most_under_way_ = std::max(most_under_way_, ++under_way_);
        const auto ended = [this](void*) { --under_way_; };
        const std::unique_ptr<void, decltype(ended)> guard(this, ended);
        const auto answered = [&] { return over_ || addresses_.contains(name); };
        if (!brief) changed_.wait(lock, answered);
        if (brief && !changed_.wait_for(lock, 20ms, answered))
            return {.failure = asio::error::host_not_found_try_again, .silent = true};
        if (over_ || addresses_[name].is_unspecified()) return {.failure = asio::error::host_not_found_try_again};
        return {.failure = {}, .addresses = {addresses_[name]}};
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::string, asio::ip::address> addresses_;
    bool over_ = false;
    int asked_ = 0;
    int under_way_ = 0;
    int most_under_way_ = 0;
};

// A loop whose lookups ask a zone.
struct world {
    world() {
        asio::make_service<name_lookups>(ctx,
                                         [z = names](const auto& name, bool brief) { return z->look_up(name, brief); });
    }
    ~world() {
        for (const auto& p : pools)
            p->shut_down();
        names->end();
    }
    std::shared_ptr<pool> pool_of(const std::string& name, std::uint16_t port) {
        auto key = local_key("http://" + name + ":" + std::to_string(port) + "/");
        return pools.emplace_back(std::make_shared<pool>(ctx.get_executor(), key));
    }
    kept_reply ask(pool& p, std::chrono::milliseconds deadline = 10s) {
        std::optional<kept_reply> answer;
        p.send(a_post, deadline, 1024, [&](const reply& r) { answer = keep(r); });
        while (!answer)
            ctx.run_one();
        return *answer;
    }
    void run_until_known(pool& p, const char* address) {
        const auto expected = asio::ip::make_address(address);
        for (known_addresses::list known; !known || known->front().address() != expected;) {
            known.reset();
            p.addresses().get([&](const auto&, const auto& found) { known = found; });
            while (!known)
                ctx.run_one();
        }
    }

    std::shared_ptr<zone> names = std::make_shared<zone>();
    asio::io_context ctx{1};
    std::vector<std::shared_ptr<pool>> pools;
};

// Makes what is known about the pool's name older than it is allowed to be without a new lookup.
void look_again(world& w, pool& p) {
    const auto before = w.names->asked();
    p.addresses().keep_fresh(tidings::runtime::time_point::max());
    while (w.names->asked() == before)
        std::this_thread::yield();
}

}  // namespace

TEST_CASE("names without an answer delay no other, however many they are") {
    world w;
    peer p(answering());
    w.names->set("good.test", "127.0.0.1");
    for (int i = 0; i < 100; ++i)
        w.pool_of("dead" + std::to_string(i) + ".test", 80)->send(a_post, 10s, 1024, [](const reply&) {});
    const auto r = w.ask(*w.pool_of("good.test", p.port()));
    CHECK(r.status == 200);
    CHECK(r.took < 1s);
}

TEST_CASE("a thousand names without an answer hold up none that has one") {
    world w;
    peer p(answering());
    w.names->set("good.test", "127.0.0.1");
    const auto good = w.pool_of("good.test", p.port());
    const bool known = GENERATE(true, false);
    if (known) REQUIRE(w.ask(*good).status == 200);
    for (int i = 0; i < 1'000; ++i)
        w.pool_of("dead" + std::to_string(i) + ".test", 80)->send(a_post, 10s, 1024, [](const reply&) {});
    if (!known) REQUIRE(w.ask(*good).status == 200);
    look_again(w, *good);
    good->addresses().forget();  // so that the new lookup is waited for
    w.run_until_known(*good, "127.0.0.1");
    CHECK(w.names->most_under_way() <= 256);
    CHECK(w.ask(*good).status == 200);
}

TEST_CASE("a name that many ask for is looked up once, and told once when it moves") {
    world w;
    int told = 0;
    std::vector<std::string> moves;
    tidings::http::on_name_news(w.ctx, [&](const tidings::http::name_news& n) {
        ++told;
        if (n.moved) moves.push_back(n.name + " " + n.addresses.front().to_string());
    });
    peer p(answering());
    int answers = 0;
    for (int i = 0; i < 50; ++i)
        w.pool_of("good.test", p.port())->send(a_post, 10s, 1024, [&](const reply& r) { answers += r.status == 200; });
    w.names->set("good.test", "127.0.0.1");
    while (answers < 50)
        w.ctx.run_one();
    CHECK(w.names->asked() == 1);
    CHECK(told == 1);
    CHECK(moves.empty());
    w.names->set("good.test", "127.0.0.2");
    for (const auto& pool : w.pools)
        pool->addresses().keep_fresh(tidings::runtime::time_point::max());
    while (told == 1)
        w.ctx.run_one();
    CHECK(w.names->asked() == 2);
    CHECK(moves == std::vector<std::string>{"good.test 127.0.0.2"});
}

TEST_CASE("a loop ends while a lookup hangs") {
    world w;
    const auto pool = w.pool_of("dead.test", 80);
    CHECK(w.ask(*pool, 50ms).error == transport_error::timeout);
    pool->shut_down();
    w.ctx.run();
}

TEST_CASE("when a name has moved, its connections follow and no exchange fails") {
    world w;
    std::atomic<bool> hold = false;
    peer before([&](peer_connection& c, int) {
        while (!c.read_request().empty()) {
            while (hold)
                std::this_thread::yield();
            c.send(ok_response);
        }
    });
    peer after(answering(), "127.0.0.2", before.port());
    w.names->set("moves.test", "127.0.0.1");
    const auto pool = w.pool_of("moves.test", before.port());
    REQUIRE(w.ask(*pool).status == 200);
    REQUIRE(before.accepted() == 1);

    SECTION("an idle one at once") {
        w.names->set("moves.test", "127.0.0.2");
        look_again(w, *pool);
        w.run_until_known(*pool, "127.0.0.2");
        CHECK(pool->idle() == 0);
    }
    SECTION("one in use when its exchange has ended") {
        hold = true;
        unsigned status = 0;
        pool->send(a_post, 10s, 1024, [&](const reply& r) { status = r.status; });
        w.names->set("moves.test", "127.0.0.2");
        look_again(w, *pool);
        w.run_until_known(*pool, "127.0.0.2");
        hold = false;
        while (status == 0)
            w.ctx.run_one();
        CHECK(status == 200);
        CHECK(pool->idle() == 0);
    }
    CHECK(w.ask(*pool).status == 200);
    CHECK(before.accepted() == 1);
    CHECK(after.accepted() == 1);
}

TEST_CASE("a name that cannot be looked up again stays where it was") {
    world w;
    peer p(answering());
    w.names->set("stays.test", "127.0.0.1");
    const auto pool = w.pool_of("stays.test", p.port());
    REQUIRE(w.ask(*pool).status == 200);
    SECTION("the lookup fails") { w.names->fail("stays.test"); }
    SECTION("the lookup hangs") { w.names->remove("stays.test"); }
    look_again(w, *pool);
    for (int i = 0; i < 20; ++i)
        CHECK(w.ask(*pool).status == 200);
    CHECK(p.accepted() == 1);
}
