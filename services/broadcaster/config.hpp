// Everything that can be set about a broadcaster: YAML keys and environment variables (`broadcaster --help` lists
// them).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "config/reader.hpp"
#include "domain/endpoint.hpp"

namespace tidings::broadcaster {

struct configuration {
    std::string listen_address = "0.0.0.0";
    std::uint16_t port = 8002;
    std::string metrics_address = "0.0.0.0";
    std::uint16_t metrics_port = 7777;
    std::vector<std::string> allowed_hosts;  // beside local ones, where no token is asked for; "*": any
    std::string log_level = "info";
    std::string log_format = "json";
    std::string api_token;
    std::string api_base_path;

    std::string nats_url = "nats://127.0.0.1:4222";
    std::string nats_credentials;  // path of a .creds file
    std::string nats_ca_file;

    bool core_mode = false;  // plain NATS without JetStream: at most once
    std::string stream = "TODOS";
    std::vector<std::string> subjects{"todos.events", "todos.events.>"};
    std::uint64_t jetstream_replicas = 1;
    milliseconds stream_max_age{std::chrono::hours(7 * 24)};
    milliseconds records_max_age{std::chrono::hours(7 * 24)};  // of WEBHOOK_ATTEMPTS
    milliseconds dead_letters_max_age{std::chrono::hours(30 * 24)};
    milliseconds ack_wait{10'000};
    milliseconds drain_timeout{20'000};

    bool allow_private_addresses = false;
    std::vector<endpoint> endpoints;
};

// Throws config::error listing every problem.
configuration read_configuration(config::reader& in);

}  // namespace tidings::broadcaster
