// Keeps a stream in existence for as long as this process runs.
#pragma once

#include <cstdint>
#include <memory>

#include "bus/jetstream/jetstream.hpp"
#include "observe/health.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

struct kept_stream {
    bus::stream_config config;
    std::int64_t max_bytes = -1;                    // -1: no limit of ours
    std::shared_ptr<observe::check_result> status;  // what /readyz?verbose shows of it
    std::shared_ptr<bool> asking;           // for room: one stream at a time, or one would be in the other's way
    std::shared_ptr<runtime::wakeup> look;  // somebody has missed it

    // It shall have so much, or what the server has to give.
    void bound(std::int64_t bytes);
};

// Creates the stream now, after every reconnect, when somebody has missed it, and again when it was deleted. Runs until
// cancelled.
runtime::task<> keep_stream(bus::connection& c, kept_stream s);

}  // namespace tidings::broadcaster
