#include "domain/catch_up_rate.hpp"

#include <algorithm>

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

using time_point = catch_up_rate::time_point;

// One that catches up as fast as it may, 20 us of this process each: how many a second, after two seconds of it.
double after_a_while(bool live, std::chrono::microseconds each, double other_load = 0) {
    catch_up_rate r;
    time_point now{1h};
    double begun = 0;
    for (int tick = 0; tick < 80; ++tick) {
        begun = 0;
        const auto end = now + 50ms;
        std::chrono::microseconds worked{};
        while (now < end) {
            if (r.allow(now)) {
                ++begun;
                worked += each;
                now += each;
            } else {
                now += r.pause();
            }
        }
        r.adapt(std::min(1.0, std::chrono::duration<double>(worked) / 50ms + other_load), live, now);
    }
    return begun * 20;
}

}  // namespace

TEST_CASE("alone it catches up as fast as it can") { CHECK(after_a_while(false, 20us) > 49'000); }

TEST_CASE("beside live events it leaves this process most of its time") {
    const auto rate = after_a_while(true, 20us);
    CHECK(rate > 8'000);
    CHECK(rate < 15'000);
}

TEST_CASE("it never stands still, however busy this process is with others") {
    const auto rate = after_a_while(true, 20us, 1.0);
    CHECK(rate >= 900);
    CHECK(rate < 2'000);
}

TEST_CASE("what was not used is not saved up") {
    catch_up_rate r;
    const time_point now{1h};
    for (int i = 0; i < 1000; ++i)
        r.allow(now);
    r.adapt(1.0, true, now + 50ms);
    int begun = 0;
    while (r.allow(now + 10s))
        ++begun;
    CHECK(begun <= 20);
    CHECK(begun >= 1);
}

TEST_CASE("when the others have no more events there is no limit") {
    catch_up_rate r;
    const time_point now{1h};
    r.allow(now);
    r.adapt(1.0, true, now + 50ms);
    r.adapt(1.0, false, now + 100ms);
    for (int i = 0; i < 1000; ++i)
        REQUIRE(r.allow(now + 101ms));
}

TEST_CASE("beside live events they begin a few at a time") {
    catch_up_rate r;
    time_point now{1h};
    r.adapt(0, true, now);
    for (int i = 0; i < 250; ++i)
        r.allow(now);
    r.adapt(catch_up_rate::wanted_load / 0.9, true, now += 50ms);  // 4,500 a second from now on
    int begun = 0, most = 0;
    for (const auto end = now + 1s; now < end; now += r.pause()) {
        int together = 0;
        while (r.allow(now))
            ++together;
        most = std::max(most, together);
        begun += together;
    }
    CHECK(most <= 9);  // two pauses at the start
    CHECK(begun > 4'300);
    CHECK(begun < 4'600);
}

TEST_CASE("a timer that is late costs nothing") {
    catch_up_rate r;
    time_point now{1h};
    r.adapt(0, true, now);
    for (int i = 0; i < 100; ++i)
        r.allow(now);
    r.adapt(1, true, now += 50ms);  // 1,000 a second from now on
    int begun = 0;
    for (const auto end = now + 1s; now < end; now += r.pause() * 3 / 2)
        while (r.allow(now))
            ++begun;
    CHECK(begun > 950);
}
