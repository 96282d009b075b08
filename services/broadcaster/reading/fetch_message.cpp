#include "reading/fetch_message.hpp"

#include <utility>

#include "bus/jetstream/stored_messages.hpp"
#include "ids/timestamp.hpp"

namespace tidings::broadcaster {

runtime::task<bus::result<bus::delivery>> fetch_message(bus::connection& c, std::string stream, std::uint64_t from,
                                                        std::chrono::milliseconds deadline) {
    bus::stored_messages messages(c, deadline);
    const auto found = co_await messages.next(std::move(stream), from, ">");
    if (!found) co_return found.error();
    bus::delivery d;
    d.msg = bus::make_message(found->subject, "", found->h, found->payload);
    if (!d.msg) d.msg = bus::make_message(found->subject, "", {}, found->payload);
    d.stream_sequence = found->sequence;
    if (const auto stored = ids::parse_timestamp(found->time)) d.stored_ns = ids::nanoseconds_of(*stored);
    co_return d;
}

}  // namespace tidings::broadcaster
