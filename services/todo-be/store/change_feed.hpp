// Hears of what other replicas write: LISTEN on a connection of its own.
#pragma once

#include <functional>
#include <string>

#include "pg/connection.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

struct change_feed_hooks {
    // True once every later change by anybody will be heard of; false when that has ended.
    std::function<void(bool)> on_live;
    std::function<void()> on_foreign_change;
};

class change_feed {
  public:
    // `is_own`: whether a notification's payload is this replica's own, which is ignored.
    change_feed(runtime::asio::io_context& ctx, pg::connect_options options,
                std::function<bool(const std::string&)> is_own, change_feed_hooks hooks);

    // Listens, and reconnects for ever, until the surrounding task is cancelled.
    runtime::task<> run();

  private:
    runtime::task<> listen();

    runtime::asio::io_context& ctx_;
    pg::connect_options options_;
    std::function<bool(const std::string&)> is_own_;
    change_feed_hooks hooks_;
};

}  // namespace tidings::todo_be
