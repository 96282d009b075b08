// Hears of the changes that all replicas make: LISTEN on a dedicated connection.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "domain/change_notice.hpp"
#include "pg/connection.hpp"
#include "runtime/task.hpp"
#include "store/write/completion.hpp"

namespace tidings::todo_be {

struct change_feed_hooks {
    // True once every later change, by any replica, will be heard of; false when that has ended.
    std::function<void(bool)> on_live;
    // In the order of the commits.
    std::function<void(const change_notice&)> on_change;
};

class change_feed {
  public:
    change_feed(runtime::asio::io_context& ctx, pg::connect_options options, change_feed_hooks hooks);

    // Listens, reconnecting as needed, until the surrounding task is cancelled.
    runtime::task<> run();

    // True when every change has been heard of whose writer had its answer before this was called. False when that
    // cannot be known. All who ask meanwhile share the next question to the server; it takes a second at most.
    runtime::task<bool> caught_up();

  private:
    struct asker {
        completion done;
        bool* known;
    };
    using askers = std::vector<asker>;

    runtime::task<> listen();
    runtime::task<> catch_up();
    void tell(const std::vector<pg::notification>& heard);
    static void answer(askers& all, bool known);

    runtime::asio::io_context& ctx_;
    pg::connect_options options_;
    change_feed_hooks hooks_;
    std::unique_ptr<pg::connection> connection_;  // while it is live
    askers waiting_, asked_;                      // for the next question; for the answer to the last one
};

}  // namespace tidings::todo_be
