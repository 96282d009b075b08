// One line of the log as text, apart from where it goes.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "observe/log.hpp"

namespace tidings::log {

using microsecond_time = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

struct line {
    microsecond_time time;
    log::level level;
    std::string_view service;
    std::string_view message;
    log::fields fields;
};

// {"time":"2026-01-31T12:00:00.123456Z","level":"info","service":"broadcaster","msg":"...","name":value,...}\n
void append_json(std::string& out, const line& l);
// 12:00:00.123456 info  message name=value ...\n
void append_text(std::string& out, const line& l);

std::string_view to_string(level l);

}  // namespace tidings::log
