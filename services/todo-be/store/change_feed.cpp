#include "store/change_feed.hpp"

#include <boost/asio/async_result.hpp>
#include <chrono>
#include <utility>

#include "observe/log.hpp"
#include "runtime/backoff.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr auto silence = 1s;  // then the connection is checked
constexpr auto answer_deadline = std::chrono::milliseconds(1s);

}  // namespace

change_feed::change_feed(runtime::asio::io_context& ctx, pg::connect_options options, change_feed_hooks hooks)
    : ctx_(ctx), options_(std::move(options)), hooks_(std::move(hooks)) {
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
        connection_.reset();
        hooks_.on_live(false);
        answer(asked_, false);
        answer(waiting_, false);
        if (std::chrono::steady_clock::now() - begin > 10s) pause.reset();
        co_await runtime::sleep_for(pause.next());
    }
}

// Ends only by an exception.
runtime::task<> change_feed::listen() {
    auto connection = co_await pg::connection::open(ctx_, options_);
    co_await connection->execute("listen todos_changed");
    connection_ = std::move(connection);
    hooks_.on_live(true);
    for (;;) {
        bool silent = false;
        if (waiting_.empty()) {
            const auto heard = co_await connection_->notifications(silence);
            tell(heard);
            silent = heard.empty();
        }
        if (silent || !waiting_.empty()) co_await catch_up();
    }
}

// A server signals a commit to the sessions that listen before it answers the writer, and a session tells what it was
// signalled before it ends its answer to any query, an empty one too.
runtime::task<> change_feed::catch_up() {
    asked_ = std::exchange(waiting_, {});
    co_await connection_->execute("", answer_deadline);
    tell(connection_->arrived());
    answer(asked_, true);
}

void change_feed::tell(const std::vector<pg::notification>& heard) {
    for (const auto& n : heard)
        hooks_.on_change(read_notice(n.payload));
}

void change_feed::answer(askers& all, bool known) {
    for (auto& a : std::exchange(all, {})) {
        *a.known = known;
        a.done.post();
    }
}

runtime::task<bool> change_feed::caught_up() {
    if (!connection_) co_return false;
    bool known = false;
    const auto ask = [this, &known](auto handler) {
        waiting_.push_back({completion(std::move(handler)), &known});
        if (waiting_.size() == 1) connection_->stop_waiting();
    };
    co_await runtime::asio::async_initiate<decltype(runtime::use_task), void()>(ask, runtime::use_task);
    co_return known;
}

}  // namespace tidings::todo_be
