// The log of events, read page by page by what follows a commit (feed/).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/user.hpp"
#include "pg/connection.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

struct log_entry {
    std::int64_t seq;
    std::string type;
    std::string payload;
    user_id owner = default_user;
};

struct log_page {
    std::vector<log_entry> entries;  // ascending; none twice, but numbers may be missing
    bool more = false;               // there was another one behind them
    std::int64_t pruned_up_to = 0;   // of entries up to this one some are deleted
    std::int64_t last_drawn = 0;     // the highest number that was ever given out
};

struct page_request {
    std::int64_t after;  // the number of the last event that the reader has
    std::int64_t limit = 1;
    std::int64_t bytes = 1'000'000;     // of payloads; a page may go beyond it once
    std::optional<user_id> owner = {};  // whose events; nothing: all
};
// Entries behind `after`. Throws pg::error.
runtime::task<log_page> read_page(pg::connection& connection, page_request asked);

// Which numbers are drawn, and then who may still commit or give up some of them.
struct log_look {
    std::int64_t last_drawn = 0;
    std::vector<std::string> writers;  // transactions, sorted; a name is never used again
};
// Throws pg::error. Only the primary knows.
runtime::task<log_look> look_at_writers(pg::connection& connection);

}  // namespace tidings::todo_be
