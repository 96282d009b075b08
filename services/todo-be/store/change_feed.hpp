// Receives notifications of other replicas' writes: LISTEN on a dedicated connection.
#pragma once

#include <functional>
#include <string>

#include "pg/connection.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

struct change_feed_hooks {
    // True once every later change, by any replica, will be notified; false when that has ended.
    std::function<void(bool)> on_live;
    std::function<void()> on_foreign_change;
};

class change_feed {
  public:
    // `is_own`: whether a notification's payload is this replica's own, which is ignored.
    change_feed(runtime::asio::io_context& ctx, pg::connect_options options,
                std::function<bool(const std::string&)> is_own, change_feed_hooks hooks);

    // Listens, reconnecting as needed, until the surrounding task is cancelled.
    runtime::task<> run();

  private:
    runtime::task<> listen();

    runtime::asio::io_context& ctx_;
    pg::connect_options options_;
    std::function<bool(const std::string&)> is_own_;
    change_feed_hooks hooks_;
};

}  // namespace tidings::todo_be
