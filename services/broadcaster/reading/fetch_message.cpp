#include "reading/fetch_message.hpp"

#include <utility>

#include "bus/jetstream/stored_messages.hpp"
#include "ids/timestamp.hpp"

namespace tidings::broadcaster {

bus::delivery delivery_of(const bus::stored_message& m) {
    bus::delivery d;
    d.msg = bus::make_message(m.subject, "", m.h, m.payload);
    if (!d.msg) d.msg = bus::make_message(m.subject, "", {}, m.payload);
    d.stream_sequence = m.sequence;
    if (const auto stored = ids::parse_timestamp(m.time)) d.stored_ns = ids::nanoseconds_of(*stored);
    return d;
}

runtime::task<bus::result<bus::delivery>> fetch_message(bus::connection& c, std::string stream, std::uint64_t from,
                                                        std::chrono::milliseconds deadline) {
    bus::stored_messages messages(c, deadline);
    const auto found = co_await messages.next(std::move(stream), from, ">");
    if (!found) co_return found.error();
    co_return delivery_of(*found);
}

}  // namespace tidings::broadcaster
