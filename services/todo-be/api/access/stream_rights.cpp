#include "api/access/stream_rights.hpp"

#include <algorithm>
#include <chrono>

#include "domain/todo_store.hpp"
#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr auto interval = 800ms;

runtime::task<> look(event_feed& feed, account_store& accounts) {
    auto asked = feed.tokens();
    std::vector<ids::uuid> living;
    if (!asked.empty()) {
        try {
            living = co_await accounts.living(asked);
        } catch (const store_unavailable& e) {
            log::debug("the tokens of streams are not known", {{"error", e.what()}});
            asked.clear();
        }
    }
    std::sort(living.begin(), living.end());
    feed.end_those_over(asked, living);
}

}  // namespace

runtime::task<> watch_stream_rights(event_feed& feed, account_store& accounts) {
    for (;;) {
        co_await runtime::sleep_for(interval);
        co_await look(feed, accounts);
    }
}

}  // namespace tidings::todo_be
