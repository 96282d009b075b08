#include "domain/event_id.hpp"

#include <algorithm>

#include "text/escape.hpp"

namespace tidings::broadcaster {

namespace {

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string encoded(std::string_view text) {
    std::string out;
    text::append_escaped(out, text, '%', is_visible);
    return out;
}

// `prefix`: "<stream>-".
bool is_place(std::string_view id, std::string_view prefix) {
    return id.starts_with(prefix) && id.size() > prefix.size() &&
           std::ranges::all_of(id.substr(prefix.size()), is_digit);
}

}  // namespace

std::string event_id(std::string_view message_id, std::string_view stream, std::uint64_t sequence) {
    const auto prefix = encoded(stream) + '-', place = prefix + std::to_string(sequence);
    const bool too_long = message_id.size() > longest_message_id;
    if (too_long || message_id.empty()) return (too_long ? "~" : "") + place;
    const bool plain = message_id.front() != '~' && std::ranges::all_of(message_id, is_visible);
    if (plain && (message_id == place || !is_place(message_id, prefix))) return std::string(message_id);
    auto id = encoded(message_id);
    if (is_place(id, prefix)) id.replace(prefix.size() - 1, 1, "%2D");  // '~' and a place: that of one that is longer
    return id.insert(0, 1, '~');
}

}  // namespace tidings::broadcaster
