// The path from cnats' threads to the event loop. It can be shut: calls that arrive after the connection (and perhaps
// the loop) is gone are dropped.
#pragma once

#include <boost/asio/post.hpp>
#include <mutex>
#include <utility>

#include "runtime/task.hpp"

namespace tidings::bus {

class loop_gate {
  public:
    explicit loop_gate(runtime::asio::io_context& ctx) : ctx_(&ctx) {}

    // Any thread, under any of cnats' locks: `f` runs later on the loop. When the gate is shut `f` is not taken: it is
    // the caller's to destroy, outside the gate's lock.
    template <class F>
    void post(F&& f) {
        const std::lock_guard lock(mutex_);
        if (ctx_) runtime::asio::post(*ctx_, std::forward<F>(f));
    }

    // On the loop. Nothing is posted any more when this returns.
    void shut() {
        const std::lock_guard lock(mutex_);
        ctx_ = nullptr;
    }

  private:
    std::mutex mutex_;
    runtime::asio::io_context* ctx_;
};

}  // namespace tidings::bus
