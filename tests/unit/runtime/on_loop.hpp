// Runs one task on an event loop of its own, to the end.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

#include "runtime/task.hpp"
#include "support/catch.hpp"

namespace tidings {

// Fails the test when the task has not ended within 20 s; rethrows what the task throws.
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
