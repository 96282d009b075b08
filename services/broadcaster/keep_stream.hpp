// Keeps a stream in existence for as long as this process runs.
#pragma once

#include <memory>

#include "bus/jetstream/jetstream.hpp"
#include "observe/health.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::broadcaster {

// Creates the stream now, after every reconnect, and again when it was deleted. `status` is what /readyz?verbose shows
// of it. `look` when somebody has missed it. Runs until cancelled.
runtime::task<> keep_stream(bus::connection& c, bus::stream_config config,
                            std::shared_ptr<observe::check_result> status, std::shared_ptr<runtime::wakeup> look);

}  // namespace tidings::broadcaster
