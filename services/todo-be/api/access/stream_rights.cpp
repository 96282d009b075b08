#include "api/access/stream_rights.hpp"

#include <chrono>

#include "domain/todo_store.hpp"
#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr auto interval = 800ms;

runtime::task<> look(event_feed& feed, account_store& accounts) {
    const auto asked = feed.rights();
    try {
        feed.end_those_over(asked, co_await accounts.still_held(asked));
        co_return;
    } catch (const store_unavailable& e) {
        log::debug("the rights of streams are not known", {{"error", e.what()}});
    }
    feed.end_those_over({}, {});  // those whose time is over
}

}  // namespace

runtime::task<> watch_stream_rights(event_feed& feed, account_store& accounts) {
    for (;;) {
        co_await runtime::sleep_for(interval);
        co_await look(feed, accounts);
    }
}

}  // namespace tidings::todo_be
