#include "runtime/stop_signal.hpp"

#include <unistd.h>

#include <boost/asio/post.hpp>
#include <csignal>

#include "on_loop.hpp"

using namespace tidings;

TEST_CASE("SIGTERM and SIGINT ask to stop") {
    const int number = GENERATE(SIGTERM, SIGINT);
    runtime::asio::io_context loop;
    // Queued after the start of the task: the signal is already awaited.
    runtime::asio::post(
        loop, [&] { runtime::asio::post(loop, [&] { runtime::asio::post(loop, [number] { ::raise(number); }); }); });
    run_on(loop, runtime::stop_requested());
    SUCCEED("returned");
}
