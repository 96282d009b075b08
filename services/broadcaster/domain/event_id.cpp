#include "domain/event_id.hpp"

#include <algorithm>

#include "text/escape.hpp"

namespace tidings::broadcaster {

namespace {

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

void append_encoded(std::string& out, std::string_view text) { text::append_escaped(out, text, '%', is_visible); }

}  // namespace

std::string event_id(std::string_view message_id, std::string_view stream, std::uint64_t sequence) {
    const bool too_long = message_id.size() > longest_message_id;
    if (!too_long && !message_id.empty() && message_id.front() != '~' && std::ranges::all_of(message_id, is_visible))
        return std::string(message_id);
    std::string id;
    if (!message_id.empty()) id += '~';
    if (too_long || message_id.empty()) {
        append_encoded(id, stream);
        return id.append(1, '-').append(std::to_string(sequence));
    }
    append_encoded(id, message_id);
    return id;
}

}  // namespace tidings::broadcaster
