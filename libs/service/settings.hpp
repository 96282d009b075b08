// The settings that programs share, read the same way in all of them.
#pragma once

#include <cstdint>
#include <string>

#include "config/reader.hpp"

namespace tidings::service {

// LOG_LEVEL, LOG_FORMAT.
struct log_settings {
    std::string level = "info";
    std::string format = "json";
};
void read(config::reader& in, log_settings& s);

// METRICS_ADDRESS, METRICS_PORT.
struct metrics_settings {
    std::string address = "0.0.0.0";
    std::uint16_t port = 7777;
};
void read(config::reader& in, metrics_settings& s);

}  // namespace tidings::service
