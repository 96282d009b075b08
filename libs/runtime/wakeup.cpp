#include "runtime/wakeup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

namespace tidings::runtime {

void wakeup::notify() {
    notified_ = true;
    timer_.cancel();
}

task<bool> wakeup::wait(duration limit) {
    if (!notified_) {
        timer_.expires_after(limit);
        const auto [failure] = co_await timer_.async_wait(asio::as_tuple(use_task));
        // Cancelled from outside looks the same as notified, but for the flag.
        if (failure && !notified_) throw boost::system::system_error(failure);
    }
    co_return std::exchange(notified_, false);
}

}  // namespace tidings::runtime
