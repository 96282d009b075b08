// Everything that can be set about todo-cron: YAML keys and environment variables (`todo-cron --help` lists them).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "config/reader.hpp"
#include "ids/timestamp.hpp"

namespace tidings::todo_cron {

struct configuration {
    std::string todos_url;  // from BACKEND_URL
    std::string wikipedia_url = "https://en.wikipedia.org/wiki/Special:Random";
    std::string api_token;
    std::string pushgateway_url;  // empty: none
    std::string metrics_address = "0.0.0.0";
    std::uint16_t metrics_port = 7777;
    std::string log_level = "info";
    std::string log_format = "json";
    ids::timestamp scheduled_at{};  // the run's hour: what the idempotency key is made from
    std::chrono::milliseconds run_timeout{300'000};
    std::chrono::milliseconds request_timeout{10'000};
    std::chrono::milliseconds retry_pause{1000};
    std::chrono::milliseconds longest_retry_pause{30'000};
};

// `scheduled_at` of the command line, when not empty, wins over the one of the environment. Throws config::error
// listing every problem.
configuration read_configuration(config::reader& in, const std::string& scheduled_at);

}  // namespace tidings::todo_cron
