// A stream that stands as long as this process does.
#pragma once

#include <memory>

#include "bus/jetstream/jetstream.hpp"
#include "observe/health.hpp"

namespace tidings::broadcaster {

// Makes the stream now, after every reconnect and whenever it has been deleted: whoever lost it gets it again. `state`
// is what /readyz?verbose tells.
runtime::task<> keep_stream(bus::connection& c, runtime::asio::io_context& ctx, bus::stream_config wanted,
                            std::shared_ptr<observe::check_result> state);

}  // namespace tidings::broadcaster
