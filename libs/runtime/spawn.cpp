#include "runtime/spawn.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

namespace tidings::runtime {

void spawn(const executor& ex, task<> t) {
    asio::co_spawn(ex, std::move(t), [](const std::exception_ptr& failure) {
        if (failure) std::rethrow_exception(failure);
    });
}

}  // namespace tidings::runtime
