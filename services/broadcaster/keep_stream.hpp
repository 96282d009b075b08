// Keeps a stream in existence for as long as this process runs.
#pragma once

#include <cstdint>
#include <memory>

#include "bus/jetstream/jetstream.hpp"
#include "observe/health.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

struct kept_stream {
    bus::stream_config config;                      // without subjects: it is not made
    bool only_create = false;                       // one that is there stays as it is: it may be somebody else's
    std::int64_t max_bytes = -1;                    // -1: no limit
    std::shared_ptr<observe::check_result> status;  // shown by /readyz?verbose
    std::shared_ptr<bool> asking;           // for room: one stream at a time, or one would be in the other's way
    std::shared_ptr<runtime::wakeup> look;  // notified when the stream is found missing

    // Sets its max_bytes; it gets less when the server has less space.
    void bound(std::int64_t bytes);
};

// Creates the stream now, after every reconnect, when `look` is notified, and again when it was deleted. Runs until
// cancelled.
runtime::task<> keep_stream(bus::connection& c, kept_stream s);

}  // namespace tidings::broadcaster
