#include "runtime/run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <stdexcept>

#include "runtime/lifetime.hpp"
#include "runtime/version.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace std::chrono_literals;

namespace {

runtime::task<> note(int& steps) {
    ++steps;
    co_await runtime::sleep_for(1ms);
    ++steps;
}

runtime::task<> fail() {
    co_await runtime::sleep_for(1ms);
    throw std::runtime_error("no luck");
}

runtime::task<> sleep_a_day() { co_await runtime::sleep_for(24h); }

runtime::task<> stop(runtime::asio::io_context& loop) {
    loop.stop();
    co_return;
}

}  // namespace

TEST_CASE("tasks run to completion, one after the other on the same loop") {
    runtime::asio::io_context loop(1);
    int steps = 0;
    runtime::run(loop, note(steps));
    CHECK(steps == 2);
    runtime::run(loop, note(steps));
    CHECK(steps == 4);
}

TEST_CASE("run rethrows the exception of its task") {
    runtime::asio::io_context loop(1);
    CHECK_THROWS_WITH(runtime::run(loop, fail()), "no luck");
}

TEST_CASE("run returns when the loop stops or its task ends, even before others") {
    runtime::asio::io_context loop(1);
    int steps = 0;
    runtime::asio::co_spawn(loop.get_executor(), stop(loop), runtime::asio::detached);
    runtime::run(loop, sleep_a_day());
    runtime::run(loop, note(steps));
    CHECK(steps == 2);
}

TEST_CASE("a lifetime ends with its owner, or when it is restarted") {
    std::weak_ptr<void> first;
    {
        runtime::lifetime alive;
        first = alive;
        CHECK_FALSE(first.expired());
        alive.restart();
        CHECK(first.expired());
        first = alive;
        CHECK_FALSE(first.expired());
    }
    CHECK(first.expired());
}

TEST_CASE("the public version has only major and minor") {
    CHECK(std::string(runtime::version()).starts_with(std::string(runtime::major_minor_version()) + "."));
    CHECK(std::string(runtime::major_minor_version()).find('.') != std::string::npos);
}
