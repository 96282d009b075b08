#include "runtime/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace tidings::runtime {

namespace {

void rethrow_unless_cancelled(const std::exception_ptr& failure) {
    if (!failure) return;
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& e) {
        if (e.code() != asio::error::operation_aborted) throw;
    }
}

}  // namespace

task_group::task_group(const executor& ex) : ex_(ex), ended_(ex) {}

void task_group::spawn(task<> t) {
    const auto here = entries_.emplace(entries_.end());
    ++size_;
    asio::co_spawn(ex_, run(*here, std::move(t)),
                   asio::bind_cancellation_slot(here->signal.slot(), [this, here](const std::exception_ptr& failure) {
                       end(here);
                       rethrow_unless_cancelled(failure);
                   }));
}

// Asio throws a cancellation that precedes the first step out of the loop's run(), without calling the handler.
task<> task_group::run(entry& self, task<> t) {
    self.started = true;
    if (!self.cancelled) co_await std::move(t);
}

void task_group::end(std::list<entry>::iterator task) {
    --size_;
    if (cancelling_ > 0) {
        task->ended = true;  // cancel() is iterating, and removes it at the end
    } else {
        entries_.erase(task);
    }
    ended_.notify();
}

void task_group::cancel() {
    // A cancelled task may end, or spawn another, inside emit(): nothing is erased meanwhile, and new entries come
    // after the current `left`.
    ++cancelling_;
    auto at = entries_.begin();
    for (std::size_t left = entries_.size(); left > 0; --left, ++at) {
        if (!at->started) {
            at->cancelled = true;
        } else if (!at->ended) {
            at->signal.emit(asio::cancellation_type::terminal);
        }
    }
    if (--cancelling_ == 0) entries_.remove_if([](const entry& e) { return e.ended; });
}

task<bool> task_group::wait(duration limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    while (size_ > 0) {
        const auto left = until - std::chrono::steady_clock::now();
        if (left <= duration::zero()) co_return false;
        co_await ended_.wait(left);
    }
    co_return true;
}

}  // namespace tidings::runtime
