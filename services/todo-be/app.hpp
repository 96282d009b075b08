// The service put together: members in the order of their dependencies, so that they end in the reverse order.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/access/doorkeeper.hpp"
#include "api/access/token_routes.hpp"
#include "api/cached_reads.hpp"
#include "api/event_routes.hpp"
#include "api/lists/list_routes.hpp"
#include "api/shared_rates.hpp"
#include "api/todo_json.hpp"
#include "api/todo_routes.hpp"
#include "bus/connection/connection.hpp"
#include "feed/event_feed.hpp"
#include "http/server/server.hpp"
#include "identity_provider.hpp"
#include "limits/token_buckets.hpp"
#include "observe/health.hpp"
#include "observe/metrics.hpp"
#include "relay/relay.hpp"
#include "runtime/task_group.hpp"
#include "service_metrics.hpp"
#include "settings.hpp"
#include "store/change_feed.hpp"
#include "store/pg_account_store.hpp"
#include "store/pg_list_store.hpp"
#include "store/pg_todo_store.hpp"

namespace tidings::todo_be {

class app {
  public:
    // Binds both ports and starts dialling; answers requests as soon as the loop runs.
    app(runtime::asio::io_context& ctx, const settings& s);

    // Runs until SIGINT or SIGTERM, then stops gracefully: not ready, no new requests, those in flight answered, the
    // lead released. Throws errors that prevent the service from running at all.
    runtime::task<> run();

  private:
    pg::pool_options upkeep_options() const;
    pg_store_options store_options() const;
    pg::pool_options account_options() const;
    bus::connection_options bus_options() const;
    feed_options events_options() const;
    feed_report events_report();
    relay_report report();
    std::optional<rate_limiter> limiter();
    access_rules rules();
    entry_rules rules_for_users();
    list_routes_options list_rules();
    http::router routes();
    void add_health_checks();
    http::server_options server_options();
    void tell_where();

    void committed(commit_notice notice);
    void heard(const change_notice& n);
    std::unique_ptr<redis::client> make_cache();
    std::unique_ptr<second_level> make_second_level();
    cached_reads_hooks cache_hooks();
    runtime::task<> keep_cache();
    observe::check_result whose_rates() const;
    void served(const http::served& s);
    runtime::task<> migrate_and_serve();
    runtime::task<> sample_pool();
    runtime::task<> stop();

    runtime::asio::io_context& ctx_;
    settings settings_;
    todo_json json_;
    observe::metrics metrics_;
    service_metrics service_metrics_;
    observe::health health_;
    std::optional<limits::token_buckets> buckets_;  // of users and addresses; nothing: no limit
    answer_cache cache_;
    pg_todo_store store_;
    pg_account_store accounts_;                     // used where there are users
    pg_list_store lists_;                           // likewise
    std::unique_ptr<identity::verifier> provider_;  // of identities; null: there is none
    std::optional<doorkeeper> doorkeeper_;          // used where there are users
    pg::pool upkeep_;                               // counts the outbox, deletes old rows
    bus::connection nats_;
    relay relay_;
    event_feed events_;
    change_feed feed_;
    std::unique_ptr<redis::client> cache_server_;  // null: there is none
    std::unique_ptr<second_level> shared_;         // likewise
    std::unique_ptr<shared_rates> shared_rates_;   // null: no limit, or each replica's own
    cached_reads reads_;
    todo_routes api_;
    event_routes event_api_;
    token_routes token_api_;
    list_routes list_api_;
    runtime::task_group tasks_;
    runtime::task_group relaying_;
    http::server server_;
};

}  // namespace tidings::todo_be
