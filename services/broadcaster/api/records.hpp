// What is kept in JetStream about past deliveries, read for the API: attempts and dead letters.
#pragma once

#include <memory>

#include "api/page.hpp"
#include "bus/jetstream/jetstream.hpp"

namespace tidings::broadcaster {

// {"items":[...],"before":<cursor>|null}: newest first, some batches of records at a time.
runtime::task<http::response> attempts_before(bus::connection& c, page p);

// {"items":[...],"after":<cursor>|null}: oldest first, one letter in memory at a time and 4 MiB a page. What goes wrong
// in the first 64 KiB is told by the status, later the connection is cut. `open_lists` counts those under way: 503
// where there are too many.
runtime::task<http::response> dead_letters_after(bus::connection& c, page p, std::shared_ptr<std::size_t> open_lists);

// 404; 503 with Retry-After when NATS does not answer.
http::response failed(boost::system::error_code why);

}  // namespace tidings::broadcaster
