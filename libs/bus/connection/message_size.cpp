#include "bus/connection/message_size.hpp"

#include "bus/connection/header_block.hpp"
#include "bus/link/message_recycler.hpp"

namespace tidings::bus {

std::size_t size_of(const message& m) {
    std::size_t n = m.subject().size() + m.reply().size() + m.payload().size();
    const auto block = block_size(m.nats());
    if (block > n + header_block::beginning.size()) return block;
    for (const auto& [name, value] : m.header_views())
        n += name.size() + value.size() + 4;
    return n;
}

}  // namespace tidings::bus
