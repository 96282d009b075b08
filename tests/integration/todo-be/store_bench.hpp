// A private PostgreSQL with the schema, and the store's parts on it, without the program.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "outbox/retention.hpp"
#include "runtime/task_group.hpp"
#include "store/schema/schema.hpp"
#include "store/write/write_queue.hpp"
#include "support/servers.hpp"

namespace tidings::todo_be_test {

using namespace todo_be;
using namespace std::chrono_literals;

inline const event_format by_title = [](std::string& out, const todo& t) { out += '"' + t.fields.title + '"'; };

// A database for write queues.
struct bench {
    support::postgres_server postgres;
    runtime::asio::io_context ctx{1};
    pg::connect_options connect{.conninfo = postgres.url()};
    runtime::task_group tasks{ctx.get_executor()};
    std::vector<std::size_t> batches;  // how many writes each commit had

    write_queue_options options(std::size_t limit = 1'000) { return {connect, limit, by_title}; }
    write_queue::commit_hook hook() {
        return [this](const commit_notice& n) {
            if (n.rows > 0) batches.push_back(n.rows);
        };
    }
    // Runs `t` to its end, and then everything else that was started.
    void run(runtime::task<> t) {
        std::exception_ptr failure;
        runtime::asio::co_spawn(ctx.get_executor(), std::move(t), [&](const std::exception_ptr& e) {
            failure = e;
            tasks.cancel();
        });
        ctx.run();
        ctx.restart();
        if (failure) std::rethrow_exception(failure);
    }
    std::int64_t count(const char* sql) {
        std::int64_t found = 0;
        run(count_into(ctx, connect, sql, found));
        return found;
    }
    static runtime::task<> count_into(runtime::asio::io_context& ctx, pg::connect_options o, std::string sql,
                                      std::int64_t& found) {
        const auto c = co_await pg::connection::open(ctx, o);
        found = (co_await c->execute(sql)).integer(0, 0);
    }
};

inline std::unique_ptr<queued_write> new_write(const std::string& title) {
    todo_fields f;
    f.title = title;
    auto t = new_todo(f, ids::now());
    auto e = make_event(change::created, t, nullptr, by_title, {});
    return std::make_unique<queued_write>(queued_create{std::move(t), std::move(e)});
}

// The sequence of its event; 0 if there is none.
inline std::int64_t seq_of(const queued_write& w) {
    const auto* c = std::get_if<committed_write>(&w.outcome);
    return c == nullptr ? 0 : c->logged.seq;
}

inline runtime::task<> submit_and_count(write_queue& queue, queued_write& w, int& done, int& failed) {
    try {
        co_await queue.submit(w);
    } catch (const std::exception&) {
        ++failed;
    }
    ++done;
}

inline runtime::task<> until_connected(write_queue& queue) {
    while (!queue.connected())
        co_await runtime::sleep_for(5ms);
}

// Submits all and waits for all.
inline runtime::task<> submit_all(bench& b, write_queue& queue, std::vector<std::unique_ptr<queued_write>>& writes,
                                  int& failed) {
    co_await migrate(b.ctx, b.connect);
    b.tasks.spawn(queue.run());
    co_await until_connected(queue);
    int done = 0;
    for (auto& w : writes)
        b.tasks.spawn(submit_and_count(queue, *w, done, failed));
    while (done < static_cast<int>(writes.size()))
        co_await runtime::sleep_for(5ms);
}

// Deletes what `rule` says, once.
inline void apply_once(bench& b, retention rule) {
    pg::pool pool(b.ctx, {.connect = b.connect});
    struct prune {
        static runtime::task<> once(bench& on, pg::pool& pool, retention rule) {
            bool asked = false;
            on.tasks.spawn(keep_retention(pool, {rule}, 1ms, [&asked] { return !std::exchange(asked, true); }));
            while (!asked || pool.count().in_use > 0)
                co_await runtime::sleep_for(5ms);
        }
    };
    b.run(prune::once(b, pool, rule));
}

}  // namespace tidings::todo_be_test
