#include "bus/connection/reply_waiter.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/system/system_error.hpp>
#include <utility>

namespace tidings::bus {

void reply_waiter::complete(boost::system::result<message> r) {
    if (result_) return;
    result_.emplace(std::move(r));
    timer_.cancel();
}

runtime::task<boost::system::result<message>> reply_waiter::wait(std::chrono::milliseconds limit) {
    timer_.expires_after(result_ ? std::chrono::milliseconds(0) : limit);
    const auto [failure] = co_await timer_.async_wait(runtime::asio::as_tuple(runtime::use_task));
    if (!result_ && failure) throw boost::system::system_error(failure);
    if (!result_) co_return errc::timeout;
    auto reply = std::move(*std::exchange(result_, std::nullopt));
    if (reply && reply->status() == 503) co_return errc::no_responders;
    co_return reply;
}

void reply_waiters::fail(errc e) {
    for (auto* waiter : std::exchange(all_, {}))
        waiter->complete(make_error_code(e));
}

}  // namespace tidings::bus
