#include "runtime/run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>

namespace tidings::runtime {

void run(asio::io_context& loop, task<> t) {
    asio::co_spawn(loop.get_executor(), std::move(t), [&loop](const std::exception_ptr& failure) {
        loop.stop();
        if (failure) std::rethrow_exception(failure);
    });
    loop.restart();
    loop.run();
}

}  // namespace tidings::runtime
