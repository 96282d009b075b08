// The vocabulary of everything asynchronous in Tidings: one event loop thread per process, coroutines on it, no locks.
//
// All types are bound to io_context's own executor instead of any_io_executor: that removes an indirect call from every
// operation and is worth about a third of the throughput of a small HTTP answer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace tidings::runtime {

namespace asio = boost::asio;

using executor = asio::io_context::executor_type;
using duration = std::chrono::steady_clock::duration;
using time_point = std::chrono::steady_clock::time_point;

inline time_point now() { return std::chrono::steady_clock::now(); }

// A coroutine that runs on the event loop. Pass it values, not references to temporaries; never a capturing lambda.
template <class T = void>
using task = asio::awaitable<T, executor>;

// The completion token for `co_await something.async_x(use_task)`.
inline constexpr asio::use_awaitable_t<executor> use_task{};

using steady_timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor>;

// Sleeps. Throws boost::system::system_error(operation_aborted) when the surrounding task is cancelled.
inline task<> sleep_for(duration d) {
    steady_timer timer(co_await asio::this_coro::executor, d);
    co_await timer.async_wait(use_task);
}

}  // namespace tidings::runtime
