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

// Takes "-<digits>" from the end.
bool take_number(std::string_view& id) {
    const auto dash = id.rfind('-');
    if (dash == id.npos || dash + 1 == id.size() || !std::ranges::all_of(id.substr(dash + 1), is_digit)) return false;
    id = id.substr(0, dash);
    return true;
}

// Most ids do not end so, and the stream's name need not be looked at.
bool is_place(std::string_view id, std::string_view stream) {
    return take_number(id) && take_number(id) && id == encoded(stream);
}

}  // namespace

std::string event_id(std::string_view message_id, std::string_view stream, std::uint64_t sequence,
                     std::int64_t stored_ns) {
    const auto place = [&] {
        return encoded(stream) + '-' + std::to_string(sequence) + '-' + std::to_string(stored_ns / 1'000);
    };
    if (message_id.empty()) return place();
    if (message_id.size() > longest_message_id) return '~' + place();
    const bool plain = message_id.front() != '~' && std::ranges::all_of(message_id, is_visible);
    if (plain && (!is_place(message_id, stream) || message_id == place())) return std::string(message_id);
    auto id = encoded(message_id);
    if (is_place(id, stream)) id.replace(id.rfind('-'), 1, "%2D");  // '~' and a place: that of one that is longer
    return id.insert(0, 1, '~');
}

}  // namespace tidings::broadcaster
