// Wires the broadcaster together. Members are in order of dependency and are destroyed in reverse.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "api/routes.hpp"
#include "bus/connection/connection.hpp"
#include "delivery/core_feed.hpp"
#include "delivery/fleet.hpp"
#include "http/server/server.hpp"
#include "journal/attempt_recorder.hpp"
#include "journal/dead_letters.hpp"
#include "name_watch.hpp"
#include "observe/health.hpp"
#include "registry/endpoint_registry.hpp"
#include "runtime/task_group.hpp"
#include "runtime/wakeup.hpp"
#include "settings.hpp"
#include "source_watch.hpp"

namespace tidings::broadcaster {

class app {
  public:
    // Binds its ports (throws when one is taken); everything else starts with run().
    app(runtime::asio::io_context& ctx, settings s);
    ~app();

    // Runs until SIGINT or SIGTERM, then stops in order: not ready, no new work, attempts in progress finish, records
    // are flushed.
    runtime::task<> run();

  private:
    void make_delivery();
    fleet::options fleet_options();
    void follow_registry();
    runtime::task<> start_fleet();
    void log_start();
    void watch_connection();
    webhook_api api();
    void keep_streams();
    void keep(std::string name, std::vector<std::string> subjects, milliseconds max_age, std::uint64_t max_bytes,
              std::shared_ptr<runtime::wakeup> look, bool one_per_subject = false);
    runtime::task<> stop();

    runtime::asio::io_context& ctx_;
    settings settings_;
    observe::metrics metrics_;
    observe::health health_;
    name_watch names_;
    bus::connection pulls_;      // what is delivered
    bus::connection publishes_;  // what is written down: attempts, dead letters; and the API's questions
    std::shared_ptr<runtime::wakeup> records_missing_, letters_missing_, retries_missing_;  // their streams
    attempt_recorder attempts_;
    dead_letters dead_;
    std::vector<endpoint_ptr> of_files_;
    endpoint_registry registry_;
    source_watch sources_;
    std::string replica_;
    share_links links_;
    std::optional<fleet> fleet_;                                    // none in core mode
    std::optional<core_feed> core_;                                 // in core mode only
    std::shared_ptr<bool> asking_ = std::make_shared<bool>(false);  // a stream is asking for room
    std::uint16_t metrics_port_;
    runtime::task_group tasks_;
    std::optional<http::server> server_;
};

}  // namespace tidings::broadcaster
