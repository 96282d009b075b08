#include "runtime/stop_signal.hpp"

#include <unistd.h>

#include <boost/asio/post.hpp>
#include <csignal>

#include "on_loop.hpp"

using namespace tidings;

TEST_CASE("SIGTERM, SIGINT and the end of the terminal ask to stop") {
    const int number = GENERATE(SIGTERM, SIGINT, SIGHUP);
    runtime::asio::io_context loop;
    // Queued after the start of the task: the signal is already awaited.
    runtime::asio::post(
        loop, [&] { runtime::asio::post(loop, [&] { runtime::asio::post(loop, [number] { ::raise(number); }); }); });
    run_on(loop, runtime::stop_requested());
    SUCCEED("returned");
}

TEST_CASE("Who was started to outlive its terminal does") {
    ::signal(SIGHUP, SIG_IGN);
    runtime::asio::io_context loop;
    runtime::asio::post(loop, [&] {
        runtime::asio::post(loop, [&] {
            runtime::asio::post(loop, [] {
                ::raise(SIGHUP);
                ::raise(SIGTERM);
            });
        });
    });
    run_on(loop, runtime::stop_requested());
    struct sigaction now{};
    ::sigaction(SIGHUP, nullptr, &now);
    CHECK(now.sa_handler == SIG_IGN);
    ::signal(SIGHUP, SIG_DFL);
}
