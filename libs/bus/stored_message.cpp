#include <algorithm>

#include "bus/base64.hpp"
#include "bus/jetstream_json.hpp"
#include "bus/json_fields.hpp"

namespace tidings::bus {

namespace {

// "NATS/1.0\r\nName: value\r\n...\r\n"
headers parse_headers(std::string_view block) {
    headers found;
    const auto next_line = [&block] {
        const auto end = std::min(block.find("\r\n"), block.size());
        const auto line = block.substr(0, end);
        block.remove_prefix(std::min(end + 2, block.size()));
        return line;
    };
    next_line();  // the version
    while (!block.empty()) {
        const auto line = next_line();
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const auto value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
        found.emplace_back(line.substr(0, colon), line.substr(value));
    }
    return found;
}

}  // namespace

result<stored_message> read_stored_message(const boost::json::object& message) {
    auto payload = decode_base64(text_of(message, "data"));
    const auto block = decode_base64(text_of(message, "hdrs"));
    if (!payload || !block) return errc::refused;
    return stored_message{number_of<std::uint64_t>(message, "seq"), text_of(message, "subject"), std::move(*payload),
                          text_of(message, "time"), parse_headers(*block)};
}

}  // namespace tidings::bus
