// The settings of todo-be. See `todo-be --help` for the table.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "config/reader.hpp"

namespace tidings::todo_be {

struct settings {
    std::string listen_address = "0.0.0.0";
    std::uint16_t port = 8002;
    std::string metrics_address = "0.0.0.0";
    std::uint16_t metrics_port = 7777;
    std::vector<std::string> allowed_hosts;  // beside local ones, where no token is asked for; "*": any
    std::string log_level = "info";
    std::string log_format = "json";

    std::string database_url;  // wins over the parts below
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

    std::string nats_url = "nats://127.0.0.1:4222";
    std::string nats_credentials;
    std::string nats_ca_file;
    std::uint64_t stream_replicas = 1;

    std::string api_token;
    std::string api_base_path;
    std::chrono::milliseconds event_retention = std::chrono::hours(24 * 30);
    std::chrono::milliseconds idempotency_retention = std::chrono::hours(24 * 30);
    std::chrono::milliseconds shutdown_timeout{15'000};
};

// Throws config::error naming everything that is wrong.
settings read_settings(config::reader& in);

// What libpq is to be told.
std::string conninfo_of(const settings& s);

}  // namespace tidings::todo_be
