#include "bus/jetstream/stored_message.hpp"

#include "bus/connection/header_block.hpp"
#include "bus/jetstream/base64.hpp"
#include "bus/jetstream/json_fields.hpp"

namespace tidings::bus {

result<stored_message> read_stored_message(const boost::json::object& message) {
    auto payload = decode_base64(text_of(message, "data"));
    const auto block = decode_base64(text_of(message, "hdrs"));
    const auto sequence = number_of<std::uint64_t>(message, "seq");
    if (!payload || !block || sequence == 0) return errc::refused;
    return stored_message{sequence, text_of(message, "subject"), std::move(*payload), text_of(message, "time"),
                          header_block(*block).all()};
}

}  // namespace tidings::bus
