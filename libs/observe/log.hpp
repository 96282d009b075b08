// The log: one JSON object a line on standard output, written with one write(2).
//
//     log::info("webhook delivered", {{"endpoint", name}, {"event_id", id}, {"attempt", 2}});
//     -> {"time":"2026-01-31T12:00:00.123456Z","level":"info","service":"broadcaster","msg":"webhook delivered",...}
//
// LOG_FORMAT=text prints the same for people: time, level, message, key=value.
// Field names of the suite: request_id, event_id, todo_id, endpoint, attempt, status, error, duration_ms. Never pass a
// secret. Thread-safe. A value that is not UTF-8 is escaped, and a string is cut after 4 KiB.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace tidings::log {

enum class level { debug, info, warn, error };

struct field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;

    field(std::string_view n, std::string_view v) : name(n), value(v) {}
    field(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
    field(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
    field(std::string_view n, bool v) : name(n), value(v) {}
    field(std::string_view n, std::signed_integral auto v) : name(n), value(static_cast<std::int64_t>(v)) {}
    field(std::string_view n, std::unsigned_integral auto v) : name(n), value(static_cast<std::uint64_t>(v)) {}
    field(std::string_view n, std::floating_point auto v) : name(n), value(static_cast<double>(v)) {}
};
using fields = std::initializer_list<field>;

// Call once in main. `level_name`: debug, info, warn, error (any case); `format`: json or text.
// Throws std::invalid_argument with the value and the allowed ones. `service` must outlive the process (a literal).
void setup(std::string_view service, std::string_view level_name, std::string_view format);

bool enabled(level l);
void write(level l, std::string_view message, fields f = {});
inline void debug(std::string_view message, fields f = {}) {
    if (enabled(level::debug)) write(level::debug, message, f);
}
inline void info(std::string_view message, fields f = {}) { write(level::info, message, f); }
inline void warn(std::string_view message, fields f = {}) { write(level::warn, message, f); }
inline void error(std::string_view message, fields f = {}) { write(level::error, message, f); }

}  // namespace tidings::log
