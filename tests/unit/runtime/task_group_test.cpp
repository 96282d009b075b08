#include "runtime/task_group.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <memory>
#include <stdexcept>
#include <vector>

#include "on_loop.hpp"

using namespace tidings;
using namespace std::chrono_literals;
using runtime::task;
using runtime::task_group;

namespace {

task<> count(int& ended) {
    ++ended;
    co_return;
}

task<> sleep_and_count(runtime::duration d, int& ended) {
    co_await runtime::sleep_for(d);
    ++ended;
}

task<> sleep_for_ever(std::shared_ptr<int> held) {
    co_await runtime::sleep_for(24h);
    ++*held;
}

task<> fail(const char* why) {
    co_await runtime::sleep_for(1ms);
    throw std::runtime_error(why);
}

// Swallows the first cancellation, like a task that finishes its work in flight.
task<> finish_in_spite_of_cancellation(int& ended) {
    co_await runtime::asio::this_coro::throw_if_cancelled(false);
    co_await runtime::asio::this_coro::reset_cancellation_state(runtime::asio::disable_cancellation());
    co_await runtime::sleep_for(20ms);
    ++ended;
}

task<> expect_wait(task_group& group, runtime::duration limit, bool expected) {
    CHECK(co_await group.wait(limit) == expected);
}

task<> cancel_and_wait(task_group& group) {
    group.cancel();
    CHECK(co_await group.wait(20s));
}

task<> let_all_start() { co_await runtime::sleep_for(1ms); }

// Ends by starting a successor, as an accept loop may.
task<> sleep_then_spawn(task_group& group, std::shared_ptr<int> held) {
    try {
        co_await runtime::sleep_for(24h);
    } catch (const boost::system::system_error&) {
        group.spawn(sleep_for_ever(held));
    }
}

}  // namespace

TEST_CASE("a group without tasks has nothing to wait for") {
    runtime::asio::io_context loop;
    task_group group(loop.get_executor());
    run_on(loop, expect_wait(group, 0s, true));
    run_on(loop, cancel_and_wait(group));
}

TEST_CASE("a group waits for its tasks") {
    runtime::asio::io_context loop;
    task_group group(loop.get_executor());
    int ended = 0;
    group.spawn(count(ended));
    group.spawn(sleep_and_count(5ms, ended));
    group.spawn(sleep_and_count(10ms, ended));
    CHECK(group.size() == 3);
    run_on(loop, expect_wait(group, 20s, true));
    CHECK(ended == 3);
    CHECK(group.size() == 0);
}

TEST_CASE("a wait times out") {
    runtime::asio::io_context loop;
    task_group group(loop.get_executor());
    group.spawn(sleep_for_ever(std::make_shared<int>()));
    run_on(loop, expect_wait(group, 5ms, false));
    CHECK(group.size() == 1);
    run_on(loop, cancel_and_wait(group));
}

TEST_CASE("cancelled tasks end and release what they hold") {
    runtime::asio::io_context loop;
    task_group group(loop.get_executor());
    const auto held = std::make_shared<int>(0);
    for (int i = 0; i < 100; ++i)
        group.spawn(sleep_for_ever(held));
    run_on(loop, let_all_start());
    run_on(loop, cancel_and_wait(group));
    CHECK(group.size() == 0);
    CHECK(held.use_count() == 1);
    CHECK(*held == 0);
}

TEST_CASE("a task that has not started yet can be cancelled") {
    runtime::asio::io_context loop;
    task_group group(loop.get_executor());
    group.spawn(sleep_for_ever(std::make_shared<int>()));
    group.cancel();
    run_on(loop, expect_wait(group, 20s, true));
}

TEST_CASE("a task cancelled between its spawn and its first step ends, in any order") {
    runtime::asio::io_context loop;
    task_group group(loop.get_executor());
    const auto held = std::make_shared<int>(0);
    SECTION("the cancellation is already queued") {
        runtime::asio::post(loop, [&] { group.cancel(); });
        group.spawn(sleep_for_ever(held));
    }
    SECTION("after the spawn") {
        group.spawn(sleep_for_ever(held));
        runtime::asio::post(loop, [&] { group.cancel(); });
        group.cancel();
    }
    SECTION("both from within the loop") {
        runtime::asio::post(loop, [&] {
            group.spawn(sleep_for_ever(held));
            group.cancel();
        });
    }
    SECTION("both from within the loop, one after the other") {
        runtime::asio::post(loop, [&] {
            runtime::asio::post(loop, [&] { group.cancel(); });
            group.spawn(sleep_for_ever(held));
        });
    }
    SECTION("twice") {
        group.spawn(sleep_for_ever(held));
        group.cancel();
        group.cancel();
    }
    run_on(loop, let_all_start());
    run_on(loop, expect_wait(group, 20s, true));
    CHECK(group.size() == 0);
    CHECK(held.use_count() == 1);
}

TEST_CASE("cancelling twice is harmless") {
    runtime::asio::io_context loop;
    task_group group(loop.get_executor());
    int ended = 0;
    group.spawn(finish_in_spite_of_cancellation(ended));
    group.spawn(sleep_for_ever(std::make_shared<int>()));
    run_on(loop, let_all_start());
    group.cancel();
    run_on(loop, let_all_start());
    run_on(loop, cancel_and_wait(group));
    CHECK(ended == 1);
}

TEST_CASE("a task spawned during a cancellation keeps running") {
    runtime::asio::io_context loop;
    task_group group(loop.get_executor());
    const auto held = std::make_shared<int>(0);
    group.spawn(sleep_then_spawn(group, held));
    run_on(loop, let_all_start());
    group.cancel();
    run_on(loop, expect_wait(group, 5ms, false));
    CHECK(group.size() == 1);
    run_on(loop, cancel_and_wait(group));
    CHECK(held.use_count() == 1);
}

TEST_CASE("ten thousand tasks are cancelled together") {
    runtime::asio::io_context loop;
    task_group group(loop.get_executor());
    const auto held = std::make_shared<int>(0);
    for (int i = 0; i < 10'000; ++i)
        group.spawn(sleep_for_ever(held));
    run_on(loop, let_all_start());
    run_on(loop, cancel_and_wait(group));
    CHECK(held.use_count() == 1);
}

TEST_CASE("a task that fails ends the loop with its exception") {
    runtime::asio::io_context loop;
    task_group group(loop.get_executor());
    group.spawn(fail("disk on fire"));
    CHECK_THROWS_WITH(loop.run_for(20s), "disk on fire");
    CHECK(group.size() == 0);
}

TEST_CASE("destroying a loop destroys its remaining tasks") {
    const auto held = std::make_shared<int>(0);
    {
        runtime::asio::io_context loop;
        task_group group(loop.get_executor());
        group.spawn(sleep_for_ever(held));
        loop.poll();
    }
    CHECK(held.use_count() == 1);
}
