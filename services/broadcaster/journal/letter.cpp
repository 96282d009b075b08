#include "journal/letter.hpp"

#include "domain/reserved_header.hpp"
#include "ids/timestamp.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t header_limit = 65'535;
constexpr std::size_t error_limit = 1'024;
// What a reader between us and the stream may add (traces, routing).
constexpr std::size_t spare = 256;

std::string one_line(std::string_view text) {
    std::string line(text.substr(0, error_limit));
    for (char& c : line) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return line;
}

}  // namespace

std::size_t bytes_of(const bus::headers& h) {
    std::size_t n = std::string_view("NATS/1.0\r\n\r\n").size();
    for (const auto& [name, value] : h)
        n += name.size() + value.size() + std::string_view(": \r\n").size();
    return n;
}

std::string stream_time(std::int64_t stored_ns) {
    return ids::format(
        ids::timestamp(std::chrono::floor<std::chrono::microseconds>(std::chrono::nanoseconds(stored_ns))));
}

letter write_letter(const given_up& g, letter_parts parts) {
    letter l;
    const auto add = [&l](const char* name, std::string value) { l.headers.emplace_back(name, std::move(value)); };
    const auto sequence = std::to_string(g.stream_sequence);
    add("Nats-Msg-Id", g.event_id + '/' + g.endpoint_name + '/' + sequence + '/' + std::to_string(g.stored_ns) +
                           (g.replay_of > 0 ? "/replay/" + std::to_string(g.replay_of) : ""));
    add("Tidings-Event-Id", g.event_id);
    add("Tidings-Endpoint", g.endpoint_name);
    if (!g.fleet.empty()) add("Tidings-Fleet", g.fleet);
    if (!g.endpoint_created_at.empty()) add("Tidings-Endpoint-Created", g.endpoint_created_at);
    add("Tidings-Attempts", std::to_string(g.attempt));
    add("Tidings-Status", std::to_string(g.last_status));
    add("Tidings-Error", one_line(g.last_error));
    add("Tidings-Stream-Sequence", sequence);
    add("Tidings-Stream-Time", stream_time(g.stored_ns));
    add("Tidings-Subject", g.subject);
    if (!parts.headers) add("Tidings-Left-Out", parts.body ? "headers" : "headers body");
    if (parts.headers && !parts.body) add("Tidings-Left-Out", "body");
    for (const auto& header : g.headers) {
        if (parts.headers && !is_reserved_header(header.first)) l.headers.push_back(header);
    }
    if (parts.body) l.body = g.body;
    return l;
}

letter_parts parts_that_fit(const given_up& g, std::size_t max_payload) {
    for (const letter_parts parts : {letter_parts{true, true}, letter_parts{true, false}, letter_parts{false, true}}) {
        const auto l = write_letter(g, parts);
        const auto head = bytes_of(l.headers) + spare;
        if (head <= header_limit && head + l.body.size() <= max_payload) return parts;
    }
    return {false, false};
}

}  // namespace tidings::broadcaster
