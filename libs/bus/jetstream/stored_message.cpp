#include "bus/jetstream/stored_message.hpp"

#include "bus/connection/header_block.hpp"
#include "bus/jetstream/json_fields.hpp"
#include "text/base64.hpp"

namespace tidings::bus {

namespace {

// The largest max_payload that nats-server allows is 64 MiB.
constexpr std::size_t longest_base64 = std::size_t{96} * 1024 * 1024;

}  // namespace

result<stored_message> read_stored_message(const boost::json::object& message) {
    auto payload = text::decode_base64(text_of(message, "data"), longest_base64);
    const auto block = text::decode_base64(text_of(message, "hdrs"), longest_base64);
    const auto sequence = number_of<std::uint64_t>(message, "seq");
    if (!payload || !block || sequence == 0) return errc::refused;
    return stored_message{sequence, text_of(message, "subject"), std::move(*payload), text_of(message, "time"),
                          header_block(*block).all()};
}

}  // namespace tidings::bus
