// The event log in the order of its numbers, without a gap that may still be filled.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/errc.hpp"
#include "feed/log_horizon.hpp"
#include "outbox/logged_pages.hpp"
#include "pg/pool.hpp"

namespace tidings::todo_be {

struct settled_page {
    std::vector<log_entry> entries;
    std::int64_t next = 0;  // `after` of the next page; of one owner's events perhaps behind the last of them
    bool more = false;      // there is more, or may be in a moment
};

// A writer that does not end holds back what is behind its number: then the page ends there. Fails with events_gone
// when events behind `after` were deleted, or `after` is no number of this log. Throws pg::error. The pool's
// connections are to the primary.
runtime::task<result<settled_page>> read_settled(pg::pool& pool, log_horizon& horizon, page_request asked);

// A number behind which every event is that is committed from now on. Nothing when writers do not end. Throws
// pg::error.
runtime::task<std::optional<std::int64_t>> settled_end(pg::pool& pool, log_horizon& horizon);

}  // namespace tidings::todo_be
