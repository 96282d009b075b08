#include "pg/deadline_watch.hpp"

#include "support/catch.hpp"

using namespace tidings;
using namespace std::chrono_literals;

namespace {

struct watched {
    runtime::asio::io_context ctx;
    int expiries = 0;
    std::shared_ptr<pg::deadline_watch> watch =
        std::make_shared<pg::deadline_watch>(ctx.get_executor(), [this] { ++expiries; });

    void start(std::chrono::milliseconds from_now) { watch->start(std::chrono::steady_clock::now() + from_now); }
};

}  // namespace

TEST_CASE("a deadline that passes is reported once") {
    watched w;
    w.start(1ms);
    w.ctx.run();
    CHECK(w.expiries == 1);
    CHECK(w.watch->expired());
}

TEST_CASE("a deadline that was stopped in time is not reported") {
    watched w;
    w.start(1ms);
    w.watch->stop();
    w.ctx.run();
    CHECK(w.expiries == 0);
    CHECK_FALSE(w.watch->expired());
}

TEST_CASE("an earlier deadline is met although the timer was set for a later one") {
    watched w;
    w.start(200ms);
    w.watch->stop();
    const auto begin = std::chrono::steady_clock::now();
    w.start(1ms);
    while (w.expiries == 0)
        w.ctx.run_one();
    CHECK(std::chrono::steady_clock::now() - begin < 150ms);
}

TEST_CASE("starting a deadline replaces the previous one") {
    watched w;
    w.start(-1ms);
    w.ctx.run();
    REQUIRE(w.watch->expired());
    w.ctx.restart();
    w.start(10min);
    CHECK_FALSE(w.watch->expired());
    w.watch->abandon();
    w.ctx.run();
    CHECK(w.expiries == 1);
}

TEST_CASE("a released watch does nothing when its timer fires") {
    watched w;
    w.start(1ms);
    w.watch.reset();
    w.ctx.run();
    CHECK(w.expiries == 0);
}
