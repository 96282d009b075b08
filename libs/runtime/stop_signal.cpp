#include "runtime/stop_signal.hpp"

#include <boost/asio/basic_signal_set.hpp>
#include <csignal>

namespace tidings::runtime {

task<> stop_requested() {
    asio::basic_signal_set<executor> signals(co_await asio::this_coro::executor, SIGINT, SIGTERM);
    co_await signals.async_wait(use_task);
}

}  // namespace tidings::runtime
