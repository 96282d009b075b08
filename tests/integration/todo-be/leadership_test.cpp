// One replica relays; another takes over when it stops, dies or hangs.
#include "relay_checks.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
using support::eventually;

TEST_CASE("when the leader is killed another replica takes over within five seconds") {
    const servers world;
    auto first = world.start();
    REQUIRE(eventually([&] { return first.metric("todo_relay_leader") == 1.0; }));
    const auto second = world.start();
    CHECK(second.metric("todo_relay_leader") == 0.0);
    for (int i = 0; i < 20; ++i)
        id_of(second.post(title(i)));
    wait_for_events(world, 20);
    const auto killed_at = std::chrono::steady_clock::now();
    first.process().kill();
    for (int i = 20; i < 30; ++i)
        id_of(second.post(title(i)));
    const auto events = wait_for_events(world, 30);
    CHECK(std::chrono::steady_clock::now() - killed_at < std::chrono::seconds(5));
    CHECK(events.size() == 30);
    check_chains(events);
    CHECK(second.metric("todo_relay_leader") == 1.0);
}

TEST_CASE("a frozen leader loses the lead and does no harm when it wakes") {
    const servers world;
    auto first = world.start();
    REQUIRE(eventually([&] { return first.metric("todo_relay_leader") == 1.0; }));
    const auto second = world.start();
    const auto id = id_of(first.post(title(0)));
    wait_for_events(world, 1);
    first.process().signal(SIGSTOP);
    CHECK(second.patch(id, title(1)).status == 200);
    CHECK(eventually([&] { return second.metric("todo_relay_leader") == 1.0; }));
    first.process().signal(SIGCONT);
    for (int i = 2; i < 20; ++i)
        CHECK((i % 2 == 0 ? first : second).patch(id, title(i)).status == 200);
    const auto events = wait_for_events(world, 20);
    CHECK(events.size() == 20);
    check_chains(events);
    CHECK(eventually([&] { return first.metric("todo_relay_leader") == 0.0; }));
}

TEST_CASE("a graceful stop hands the lead over immediately and leaves nothing behind") {
    const servers world;
    auto first = world.start();
    REQUIRE(eventually([&] { return first.metric("todo_relay_leader") == 1.0; }));
    const auto second = world.start();
    for (int i = 0; i < 10; ++i)
        id_of(first.post(title(i)));
    CHECK(first.process().stop() == 0);
    CHECK(eventually([&] { return second.metric("todo_relay_leader") == 1.0; }, std::chrono::seconds(3)));
    const auto events = wait_for_events(world, 10);
    CHECK(events.size() == 10);
}
