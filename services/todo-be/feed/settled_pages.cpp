#include "feed/settled_pages.hpp"

#include <algorithm>
#include <chrono>

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr unsigned most_looks = 7;  // 127 ms with the pauses between them

// The highest number drawn. While it pauses, the connection is for others.
runtime::task<std::int64_t> look(pg::pool& pool, log_horizon& horizon, unsigned looks) {
    if (looks > 0) co_await runtime::sleep_for(1ms * (1U << looks));
    auto connection = co_await pool.acquire();
    const auto asked = horizon.before_look();
    auto seen = co_await look_at_writers(*connection);
    horizon.looked(asked, seen.last_drawn, std::move(seen.writers));
    co_return seen.last_drawn;
}

runtime::task<log_page> read_once(pg::pool& pool, page_request asked) {
    auto connection = co_await pool.acquire();
    co_return co_await read_page(*connection, asked);
}

std::size_t count_ready(const log_page& page, std::int64_t after, std::int64_t settled) {
    std::vector<std::int64_t> seqs;
    seqs.reserve(page.entries.size());
    for (const auto& e : page.entries)
        seqs.push_back(e.seq);
    return log_horizon::count_ready(seqs, after, settled);
}

}  // namespace

runtime::task<result<settled_page>> read_settled(pg::pool& pool, log_horizon& horizon, page_request asked) {
    for (unsigned looks = 0;; ++looks) {
        const auto settled = horizon.settled();
        auto page = co_await read_once(pool, asked);
        if (asked.after < page.pruned_up_to || asked.after > page.last_drawn) co_return errc::events_gone;
        const auto ready = count_ready(page, asked.after, settled);
        const bool held_back = ready < page.entries.size();
        if (!held_back || looks == most_looks) {
            page.entries.resize(ready);
            auto next = ready == 0 ? asked.after : page.entries.back().seq;
            // Whoever has few events of their own must not fall out of the log, which others' make shorter.
            if (asked.owner && !page.more && !held_back) {
                next = std::max(next, settled);
                if (next < page.last_drawn) co_await look(pool, horizon, 0);  // for the next page
            }
            co_return settled_page{std::move(page.entries), next, page.more || held_back};
        }
        co_await look(pool, horizon, looks);
    }
}

runtime::task<std::optional<std::int64_t>> settled_end(pg::pool& pool, log_horizon& horizon) {
    const auto drawn = co_await look(pool, horizon, 0);
    for (unsigned looks = 1; horizon.settled() < drawn; ++looks) {
        if (looks > most_looks) co_return std::nullopt;
        co_await look(pool, horizon, looks);
    }
    co_return horizon.settled();
}

}  // namespace tidings::todo_be
