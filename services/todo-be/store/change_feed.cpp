#include "store/change_feed.hpp"

#include <chrono>
#include <utility>

#include "observe/log.hpp"
#include "runtime/backoff.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

// How often a silent connection is checked: the longest that the cache may be stale after a network failure.
constexpr auto silence = 1s;
constexpr auto answer_deadline = 1s;
const pg::statement ping{"ping", "select 1"};

}  // namespace

change_feed::change_feed(runtime::asio::io_context& ctx, pg::connect_options options,
                         std::function<bool(const std::string&)> is_own, change_feed_hooks hooks)
    : ctx_(ctx), options_(std::move(options)), is_own_(std::move(is_own)), hooks_(std::move(hooks)) {
    options_.application_name = "todo-be listener";
}

runtime::task<> change_feed::run() {
    runtime::backoff pause(100ms, 2s);
    for (;;) {
        const auto begin = std::chrono::steady_clock::now();
        try {
            co_await listen();
        } catch (const pg::error& e) {
            log::debug("not listening for changes", {{"error", e.what()}});
        }
        hooks_.on_live(false);
        if (std::chrono::steady_clock::now() - begin > 10s) pause.reset();
        co_await runtime::sleep_for(pause.next());
    }
}

// Ends only by an exception.
runtime::task<> change_feed::listen() {
    const auto connection = co_await pg::connection::open(ctx_, options_);
    co_await connection->execute("listen todos_changed");
    hooks_.on_live(true);
    for (;;) {
        const auto heard = co_await connection->notifications(silence);
        bool foreign = false;
        for (const auto& n : heard)
            foreign = foreign || !is_own_(n.payload);
        if (foreign) hooks_.on_foreign_change();
        if (heard.empty()) co_await connection->query(ping, {}, answer_deadline);
    }
}

}  // namespace tidings::todo_be
