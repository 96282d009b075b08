#include "reading/make_reader.hpp"

#include <algorithm>
#include <utility>

#include "reading/stream_check.hpp"

namespace tidings::broadcaster {

// A consumer that has nothing to deliver may be at a server that lags: whether the stream holds nothing more is for its
// leader to say. A leader that was just elected may not know of its last messages yet: what it does not find in a
// stream that was complete is there.
runtime::task<bus::result<reader_made>> make_reader(bus::jetstream& js, bus::reader_config c,
                                                    const bus::stream_info& info) {
    const auto stream = c.stream;
    const auto from = c.start_sequence;
    const auto end = info.last_seq + 1;
    const auto made = co_await js.make_reader(std::move(c));
    if (!made) co_return made.error();
    if (made->start_sequence != std::max<std::uint64_t>(from, 1)) co_return bus::errc::already_exists;
    if (made->pending > 0 || end <= from) co_return reader_made{from, made->pending == 0};
    if (stream_check::complete_to(info) >= from) co_return reader_made{from, false};
    const auto more = co_await js.messages().next(stream, from, ">");
    if (more) co_return reader_made{from, false};
    if (more.error() != bus::errc::not_found) co_return more.error();
    co_return reader_made{end, true};
}

}  // namespace tidings::broadcaster
