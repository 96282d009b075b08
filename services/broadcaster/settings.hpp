// Everything that can be set about a broadcaster: YAML keys and environment variables (`broadcaster --help` lists
// them).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "config/reader.hpp"
#include "domain/endpoint.hpp"
#include "service/api.hpp"
#include "service/nats.hpp"
#include "service/settings.hpp"

namespace tidings::broadcaster {

struct settings {
    service::log_settings log;
    service::metrics_settings metrics;
    service::api_settings api;
    service::nats_settings nats;

    bool core_mode = false;  // plain NATS without JetStream: at most once
    std::string stream = "TODOS";
    std::vector<std::string> subjects{"todos.events", "todos.events.>"};
    std::uint64_t jetstream_replicas = 1;
    milliseconds stream_max_age{std::chrono::hours(7 * 24)};
    milliseconds records_max_age{std::chrono::hours(7 * 24)};  // of WEBHOOK_ATTEMPTS
    milliseconds dead_letters_max_age{std::chrono::hours(30 * 24)};
    std::uint64_t attempts_max_bytes = std::uint64_t(256) << 20;
    std::uint64_t dead_letters_max_bytes = std::uint64_t(1) << 30;
    std::uint64_t retries_max_bytes = std::uint64_t(512) << 20;
    std::uint64_t shards = 4;
    milliseconds drain_timeout{20'000};

    bool allow_private_addresses = false;
    std::vector<endpoint> endpoints;
    std::string endpoints_key;  // encrypts the secrets of those that the API makes; empty: they have none
};

// Notes in `in` everything that is wrong.
settings read_settings(config::reader& in);

}  // namespace tidings::broadcaster
