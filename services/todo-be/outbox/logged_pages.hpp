// The log of events, read page by page by what follows a commit (feed/).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

struct log_entry {
    std::int64_t seq;
    std::string type;
    std::string payload;
};

struct log_page {
    std::vector<log_entry> entries;  // ascending; none twice, but numbers may be missing
    bool more = false;               // there was another one behind them
    std::int64_t pruned_up_to = 0;   // of entries up to this one some are deleted
    std::int64_t last_drawn = 0;     // the highest number that was ever given out
};

// Up to `limit` entries behind `after`; none after the one that makes their bytes reach `bytes`. Throws pg::error.
runtime::task<log_page> read_page(pg::connection& connection, std::int64_t after, std::int64_t limit,
                                  std::int64_t bytes);

// Which numbers are drawn, and then who may still commit or give up some of them.
struct log_look {
    std::int64_t last_drawn = 0;
    std::vector<std::string> writers;  // transactions, sorted; a name is never used again
};
// Throws pg::error. Only the primary knows.
runtime::task<log_look> look_at_writers(pg::connection& connection);

}  // namespace tidings::todo_be
