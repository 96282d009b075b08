// Waiting for an answer: requests and flush.
#include <boost/asio/as_tuple.hpp>
#include <boost/system/system_error.hpp>

#include "bus/connection/connection_state.hpp"

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

// Waits for what was sent to ourselves; `waiter` hears of it.
runtime::task<bool> connection::state::echo(std::string_view subject, answer_waiter& waiter,
                                            std::chrono::milliseconds limit) {
    waiter.answer.reset();
    waiter.timer.expires_after(limit);
    if (send(subject, {}, {})) co_return false;
    co_await waiter.timer.async_wait(runtime::asio::as_tuple(runtime::use_task));
    co_return waiter.answer&& waiter.answer->has_value();
}

runtime::task<bool> connection::fall_silent(std::chrono::milliseconds limit) {
    const auto self = state_;
    if (!self->link) co_return false;
    answer_waiter waiter(self->ctx.get_executor());
    const auto subject = unique_inbox_prefix() + "end";
    const auto heard = subscribe(subject, {}, [&waiter](message m) { waiter.finish(std::move(m)); });
    self->end_inbox_at_server();
    // The first echo comes behind everything that was on its way; the second behind what that led to.
    co_return co_await self->echo(subject, waiter, limit) && co_await self->echo(subject, waiter, limit);
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
