// The broadcaster put together. Members stand in the order of dependence: they end in the reverse order.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "api/routes.hpp"
#include "bus/connection/connection.hpp"
#include "delivery/delivery_line.hpp"
#include "delivery/links.hpp"
#include "http/server/server.hpp"
#include "journal/attempt_recorder.hpp"
#include "journal/dead_letters.hpp"
#include "name_watch.hpp"
#include "observe/health.hpp"
#include "runtime/task_group.hpp"
#include "runtime/wakeup.hpp"
#include "settings.hpp"

namespace tidings::broadcaster {

class app {
  public:
    // Binds its ports (throws when one is taken); everything else starts with run().
    app(runtime::asio::io_context& ctx, settings s);
    ~app();

    // Works until SIGINT or SIGTERM, then stops in order: not ready, no new work, attempts under way end, records are
    // flushed.
    runtime::task<> run();

  private:
    void make_lines();
    void follow_core_subjects();
    void log_start();
    void watch_connection();
    webhook_api api();
    void keep_streams();
    runtime::task<> stop();

    runtime::asio::io_context& ctx_;
    settings settings_;
    observe::metrics metrics_;
    observe::health health_;
    name_watch names_;
    bus::connection pulls_;      // what is delivered, and its acks
    bus::connection publishes_;  // what is written down: attempts, dead letters; and the API's questions
    std::shared_ptr<runtime::wakeup> records_missing_, letters_missing_;  // their streams
    attempt_recorder attempts_;
    dead_letters dead_;
    replay_seals seals_;
    links links_;
    std::vector<std::unique_ptr<delivery_line>> lines_;
    std::vector<bus::subscription> core_subscriptions_;
    std::uint16_t metrics_port_;
    runtime::task_group tasks_;
    std::optional<http::server> server_;
};

}  // namespace tidings::broadcaster
