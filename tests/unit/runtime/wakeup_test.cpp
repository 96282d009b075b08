#include "runtime/wakeup.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include "on_loop.hpp"

using namespace tidings;
using namespace std::chrono_literals;
using runtime::task;
using runtime::wakeup;

namespace {

task<> expect_notified(wakeup& w, runtime::duration limit, bool expected) {
    const bool notified = co_await w.wait(limit);  // outside CHECK, which would swallow an exception
    CHECK(notified == expected);
}

task<> notify_later(wakeup& w) {
    runtime::asio::post(co_await runtime::asio::this_coro::executor, [&w] { w.notify(); });
    CHECK(co_await w.wait(20s));
}

task<> notify_many_wait_twice(wakeup& w) {
    w.notify();
    w.notify();
    CHECK(co_await w.wait(20s));
    CHECK_FALSE(co_await w.wait(1ms));
}

task<> notify_at_the_limit(wakeup& w) {
    // The timer has fired, but its handler is still queued behind this one: the notification must not get lost.
    runtime::steady_timer blocker(co_await runtime::asio::this_coro::executor, 1ms);
    blocker.async_wait([&w](boost::system::error_code) {
        const auto until = std::chrono::steady_clock::now() + 5ms;
        while (std::chrono::steady_clock::now() < until) {
        }
        w.notify();
    });
    CHECK(co_await w.wait(2ms));
    CHECK_FALSE(co_await w.wait(0ms));
}

}  // namespace

TEST_CASE("a notification wakes the waiter") {
    runtime::asio::io_context loop;
    wakeup w(loop.get_executor());
    run_on(loop, notify_later(w));
}

TEST_CASE("a notification without a waiter is remembered") {
    runtime::asio::io_context loop;
    wakeup w(loop.get_executor());
    w.notify();
    run_on(loop, expect_notified(w, 20s, true));
}

TEST_CASE("many notifications count as one") {
    runtime::asio::io_context loop;
    wakeup w(loop.get_executor());
    run_on(loop, notify_many_wait_twice(w));
}

TEST_CASE("a wait without a notification times out") {
    runtime::asio::io_context loop;
    wakeup w(loop.get_executor());
    run_on(loop, expect_notified(w, 5ms, false));
    run_on(loop, expect_notified(w, 0ms, false));
    run_on(loop, expect_notified(w, -1s, false));
}

TEST_CASE("a notification at the timeout is not lost") {
    runtime::asio::io_context loop;
    wakeup w(loop.get_executor());
    run_on(loop, notify_at_the_limit(w));
}

TEST_CASE("the longest possible wait does not end immediately") {
    runtime::asio::io_context loop;
    wakeup w(loop.get_executor());
    runtime::asio::post(loop, [&] { runtime::asio::post(loop, [&] { w.notify(); }); });
    run_on(loop, expect_notified(w, runtime::duration::max(), true));
}

TEST_CASE("a cancelled wait throws operation_aborted") {
    runtime::asio::io_context loop;
    wakeup w(loop.get_executor());
    runtime::asio::cancellation_signal stop;
    std::exception_ptr failure;
    runtime::asio::co_spawn(
        loop, expect_notified(w, 1h, true),
        runtime::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr f) { failure = f; }));
    loop.poll();
    stop.emit(runtime::asio::cancellation_type::terminal);
    loop.run_for(20s);
    REQUIRE(failure);
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& e) {
        CHECK(e.code() == runtime::asio::error::operation_aborted);
    }
}
