#include "runtime/stop_signal.hpp"

#include <boost/asio/basic_signal_set.hpp>
#include <csignal>

namespace tidings::runtime {

namespace {

bool ignored(int signal) {
    struct sigaction now{};
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

task<> stop_requested() {
    asio::basic_signal_set<executor> signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
    if (!ignored(SIGHUP)) signals.add(SIGHUP);  // who started it with nohup wants it to outlive the terminal
    co_await signals.async_wait(use_task);
}

}  // namespace tidings::runtime
