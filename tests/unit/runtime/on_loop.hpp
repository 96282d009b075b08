// Runs one task to its end on its own event loop.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

#include "runtime/task.hpp"
#include "support/catch.hpp"

namespace tidings {

// Fails the test unless the task ends within 20 s; rethrows its exception.
inline void run_on(runtime::asio::io_context& loop, runtime::task<> t) {
    bool ended = false;
    std::exception_ptr failure;
    runtime::asio::co_spawn(loop.get_executor(), std::move(t), [&](std::exception_ptr f) {
        ended = true;
        failure = f;
        loop.stop();
    });
    loop.restart();
    loop.run_for(std::chrono::seconds(20));
    if (!ended) FAIL("the task did not end");
    if (failure) std::rethrow_exception(failure);
}

}  // namespace tidings
