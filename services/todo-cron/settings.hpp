// Everything that can be set about todo-cron: YAML keys and environment variables (`todo-cron --help` lists them).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "config/reader.hpp"
#include "ids/timestamp.hpp"
#include "service/settings.hpp"

namespace tidings::todo_cron {

struct settings {
    std::string todos_url;  // from BACKEND_URL
    std::string wikipedia_url = "https://en.wikipedia.org/wiki/Special:Random";
    std::string api_token;
    std::string pushgateway_url;  // empty: none
    service::log_settings log;
    service::metrics_settings metrics;
    ids::timestamp scheduled_at{};  // the run's hour, from which the idempotency key is made
    std::chrono::milliseconds run_timeout{300'000};
    std::chrono::milliseconds request_timeout{10'000};
    std::chrono::milliseconds retry_pause{1000};
    std::chrono::milliseconds longest_retry_pause{30'000};
};

// `scheduled_at` of the command line, when not empty, wins over the one of the environment. Notes in `in`
// everything that is wrong.
settings read_settings(config::reader& in, const std::string& scheduled_at);

}  // namespace tidings::todo_cron
