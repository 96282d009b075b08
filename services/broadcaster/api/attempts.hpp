// GET /api/webhooks/attempts: the records of past attempts, from JetStream.
#pragma once

#include "api/page.hpp"
#include "bus/jetstream/jetstream.hpp"

namespace tidings::broadcaster {

// {"items":[...],"before":<cursor>|null}: newest first, some batches of records at a time.
runtime::task<http::response> attempts_before(bus::connection& c, page p);

}  // namespace tidings::broadcaster
