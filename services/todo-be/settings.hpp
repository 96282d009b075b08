// The settings of todo-be. See `todo-be --help` for the table.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "config/reader.hpp"
#include "http/server/client_address.hpp"
#include "identity_settings.hpp"
#include "redis/url.hpp"
#include "service/api.hpp"
#include "service/nats.hpp"
#include "service/settings.hpp"

namespace tidings::todo_be {

struct settings {
    service::log_settings log;
    service::metrics_settings metrics;
    service::api_settings api;
    service::nats_settings nats;

    std::string database_url;         // wins over the parts below
    std::string database_pooler_url;  // empty: none
    std::string postgres_host = "127.0.0.1";
    std::uint16_t postgres_port = 5432;
    std::string postgres_db = "tidings";
    std::string postgres_user = "tidings";
    std::string postgres_password;
    std::uint64_t pool_size = 4;
    std::chrono::milliseconds connect_timeout{3'000};
    std::chrono::milliseconds query_timeout{5'000};
    std::chrono::milliseconds acquire_timeout{2'000};
    std::uint64_t write_queue_limit = 10'000;
    std::chrono::milliseconds migrate_timeout{60'000};  // of --migrate-only

    std::uint64_t cache_memory = std::uint64_t{8} << 20U;  // bytes of answers that are kept; 0: none
    redis::server_address cache;                           // that replicas share; no host: none
    std::string cache_ca_file;                             // PEM, for rediss; empty: the system's authorities

    std::chrono::milliseconds stream_keep_alive{15'000};
    std::uint64_t stream_buffer = std::uint64_t{4} << 20U;
    std::uint64_t stream_limit = 5'000;
    std::uint64_t rate_limit = 0;  // requests of one user or address within the window; 0: any number
    std::chrono::milliseconds rate_limit_window{60'000};
    std::vector<http::network> trusted_proxies;
    http::cors_options cors;
    identity_settings oidc;
    bool identity = false;                                       // whether there are several users
    bool compat = false;                                         // the API in other words as well
    bool require_if_match = false;                               // of whoever changes a to-do
    std::uint64_t import_body_limit = std::uint64_t{64} << 20U;  // bytes of a file to import
    std::string calendar_secret;                                 // empty: there is no calendar
    std::uint64_t stream_replicas = 1;
    std::chrono::milliseconds event_retention = std::chrono::hours(24 * 30);
    std::chrono::milliseconds idempotency_retention = std::chrono::hours(24);
    std::chrono::milliseconds deleted_retention = std::chrono::hours(24 * 30);
    std::chrono::milliseconds shutdown_timeout{15'000};
};

// Notes in `in` everything that is wrong.
settings read_settings(config::reader& in);

}  // namespace tidings::todo_be
