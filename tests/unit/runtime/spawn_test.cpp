#include "runtime/spawn.hpp"

#include <stdexcept>

#include "support/catch.hpp"

namespace tidings::runtime {

namespace {

task<> note(bool& ran) {
    ran = true;
    co_return;
}

task<> fail_later() {
    co_await sleep_for(std::chrono::milliseconds(1));
    throw std::runtime_error("broken");
}

}  // namespace

TEST_CASE("a task that nobody waits for runs on the loop") {
    asio::io_context loop(1);
    bool ran = false;
    spawn(loop.get_executor(), note(ran));
    CHECK_FALSE(ran);
    loop.run();
    CHECK(ran);
}

TEST_CASE("what a task that nobody waits for throws comes out of the loop") {
    asio::io_context loop(1);
    spawn(loop.get_executor(), fail_later());
    CHECK_THROWS_WITH(loop.run(), "broken");
}

}  // namespace tidings::runtime
