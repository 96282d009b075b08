// GET /api/webhooks/dead-letters: the list of dead letters, streamed from JetStream.
#pragma once

#include <memory>

#include "api/page.hpp"
#include "bus/jetstream/jetstream.hpp"

namespace tidings::broadcaster {

// {"items":[...],"after":<cursor>|null}: oldest first, one letter in memory at a time and 4 MiB a page. A failure
// within the first 64 KiB is answered with its status; after that the connection is cut. `open_lists` counts the lists
// being sent: 503 when there are too many.
runtime::task<http::response> dead_letters_after(bus::connection& c, page p, std::shared_ptr<std::size_t> open_lists);

}  // namespace tidings::broadcaster
