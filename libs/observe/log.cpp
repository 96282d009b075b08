#include "observe/log.hpp"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <stdexcept>
#include <string>

#include "observe/log_line.hpp"
#include "text/ascii.hpp"

namespace tidings::log {

namespace {

// Written once in main, before other threads exist; atomic all the same, because tests set it up again.
std::atomic<level> lowest{level::info};
std::atomic<bool> as_text{false};
std::atomic<const char*> service_name{""};
std::atomic<std::size_t> service_length{0};

level parse_level(std::string_view text) {
    for (const level l : {level::debug, level::info, level::warn, level::error})
        if (text::iequals(text, to_string(l))) return l;
    throw std::invalid_argument("'" + std::string(text) + "' is not a log level; use debug, info, warn or error");
}

bool parse_format(std::string_view text) {
    const bool is_text = text::iequals(text, "text");
    if (!is_text && !text::iequals(text, "json"))
        throw std::invalid_argument("'" + std::string(text) + "' is not a log format; use json or text");
    return is_text;
}

// A reader that does not read (a full pipe in non-blocking mode) costs at most 100 ms and then the line.
bool may_write_soon() {
    pollfd out{STDOUT_FILENO, POLLOUT, 0};
    return ::poll(&out, 1, 100) == 1;
}

void write_out(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR && !(errno == EAGAIN && may_write_soon())) {
            return;
        }
    }
}

}  // namespace

void setup(std::string_view service, std::string_view level_name, std::string_view format) {
    const level parsed = parse_level(level_name);
    as_text = parse_format(format);
    lowest = parsed;
    service_name = service.data();
    service_length = service.size();
}

bool enabled(level l) { return l >= lowest.load(std::memory_order_relaxed); }

void write(level l, std::string_view message, fields f) {
    if (!enabled(l)) return;
    thread_local std::string buffer;
    buffer.clear();
    const line entry{std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()),
                     l,
                     {service_name, service_length},
                     message,
                     f};
    as_text ? append_text(buffer, entry) : append_json(buffer, entry);
    write_out(buffer);
}

}  // namespace tidings::log
