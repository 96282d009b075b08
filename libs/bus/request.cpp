// Waiting for an answer: requests and flush.
#include <boost/asio/as_tuple.hpp>
#include <boost/system/system_error.hpp>

#include "bus/connection_state.hpp"

namespace tidings::bus {

void answer_waiter::finish(boost::system::result<message> r) {
    if (answer) return;
    answer.emplace(std::move(r));
    timer.cancel();
}

// An inbox for one answer, which ends with it: also when the task that asks is cancelled.
class connection::state::question {
  public:
    explicit question(std::shared_ptr<state> s) : state_(std::move(s)), waiter_(state_->ctx.get_executor()) {
        inbox_ = state_->inboxes.open([this](message& m) {
            waiter_.finish(std::move(m));
            return false;
        });
        state_->waiters.insert(&waiter_);
    }
    ~question() {
        state_->inboxes.close(inbox_);
        state_->waiters.erase(&waiter_);
    }
    question(const question&) = delete;
    question& operator=(const question&) = delete;

    const std::string& inbox() const { return inbox_; }

    runtime::task<boost::system::result<message>> answer(std::chrono::milliseconds deadline) {
        waiter_.timer.expires_after(deadline);
        const auto [failure] = co_await waiter_.timer.async_wait(runtime::asio::as_tuple(runtime::use_task));
        if (waiter_.answer) co_return std::move(*waiter_.answer);
        if (failure) throw boost::system::system_error(failure);  // the surrounding task is cancelled
        co_return errc::timeout;
    }

  private:
    std::shared_ptr<state> state_;
    answer_waiter waiter_;
    std::string inbox_;
};

runtime::task<boost::system::result<message>> connection::request(std::string subject, std::string payload, headers h,
                                                                  std::chrono::milliseconds deadline) {
    const auto self = state_;
    state::question asked(self);
    if (const auto failure = self->ask(subject, asked.inbox(), h, payload)) co_return failure;
    auto answer = co_await asked.answer(deadline);
    if (answer && answer->status() == 503) co_return errc::no_responders;
    co_return answer;
}

runtime::task<bool> connection::flush(std::chrono::milliseconds limit) {
    // The server takes a connection's messages in order: when an echo is back, all before it have been taken.
    const auto self = state_;
    state::question asked(self);
    if (self->send(asked.inbox(), {}, {})) co_return false;
    const auto echo = co_await asked.answer(limit);
    co_return echo.has_value();
}

}  // namespace tidings::bus
