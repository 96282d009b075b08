#include "http/message/event_stream.hpp"

#include <algorithm>

#include "text/decimal.hpp"

namespace tidings::http {

namespace {

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    out += value;
    out += '\n';
}

}  // namespace

void append_event(std::string& out, std::string_view id, std::string_view type, std::string_view data) {
    append_field(out, "id", id);
    append_field(out, "event", type);
    while (true) {
        const auto end = std::min(data.find_first_of("\r\n"), data.size());
        append_field(out, "data", data.substr(0, end));
        if (end == data.size()) break;
        data.remove_prefix(data.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
    }
    out += '\n';
}

void append_position(std::string& out, std::string_view id) {
    append_field(out, "id", id);
    out += '\n';
}

void append_retry(std::string& out, std::chrono::milliseconds pause) {
    out += "retry: ";
    text::append_number(out, pause.count());
    out += "\n\n";
}

}  // namespace tidings::http
