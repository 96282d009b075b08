#include "store/write/write_queue.hpp"

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <utility>

#include "observe/log.hpp"
#include "runtime/backoff.hpp"
#include "store/write/batch_plan.hpp"
#include "store/write/change_statement.hpp"
#include "store/write/create_statement.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

// How long an idle connection goes unchecked: a write after that would be the one to find it dead.
constexpr auto idle_check = 1s;
constexpr auto longest_patience = 1ms;
constexpr auto longest_conflict_pause = 50ms;
constexpr unsigned most_rounds = 32;  // a write that loses to other replicas more often than this is turned away

const pg::statement ping{"ping", "select 1"};

std::exception_ptr failure_for(const pg::error& e) {
    if (e.unavailable() || is_conflict(e.sqlstate)) return std::make_exception_ptr(store_unavailable(e.what()));
    return std::make_exception_ptr(e);
}

void fail_unsettled(std::span<queued_write* const> batch, const std::exception_ptr& why) {
    for (auto* w : batch) {
        if (!w->settled) w->fail(why);
    }
}

std::vector<queued_write*> unsettled_of(const std::vector<queued_write*>& batch) {
    std::vector<queued_write*> rest;
    for (auto* w : batch) {
        if (!w->settled) rest.push_back(w);
    }
    return rest;
}

// A part of a batch, and how often it was tried.
struct portion {
    std::vector<queued_write*> writes;
    unsigned conflicts = 0;
    unsigned rounds = 0;
};

// The next portion is the last: the first half goes on top.
void split(portion p, std::vector<portion>& portions) {
    const auto middle = p.writes.begin() + static_cast<std::ptrdiff_t>(p.writes.size() / 2);
    portions.push_back({std::vector<queued_write*>(middle, p.writes.end())});
    portions.push_back({std::vector<queued_write*>(p.writes.begin(), middle)});
}

void after(const pg::error& failure, portion p, std::vector<portion>& portions) {
    switch (after_failure(failure.sqlstate, p.writes.size(), ++p.conflicts)) {
        case next_step::retry:
            portions.push_back(std::move(p));
            break;
        case next_step::split:
            split(std::move(p), portions);
            break;
        case next_step::fail:
            log::warn("write failed",
                      {{"sqlstate", failure.sqlstate}, {"error", failure.what()}, {"writes", p.writes.size()}});
            fail_unsettled(p.writes, failure_for(failure));
            break;
    }
}

}  // namespace

write_queue::write_queue(runtime::asio::io_context& ctx, write_queue_options options, commit_hook on_commit)
    : ctx_(ctx), options_(std::move(options)), on_commit_(std::move(on_commit)), wake_(ctx.get_executor()) {
    options_.connect.application_name = "todo-be writer";
}

write_queue::~write_queue() = default;

runtime::task<> write_queue::submit(queued_write& w) {
    if (!connection_) throw store_unavailable(away_);
    if (waiting_.size() >= options_.limit) throw store_unavailable("too many writes are waiting");
    const auto enqueue = [this, &w](auto handler) {
        waiting_.push_back({&w, completion(std::move(handler))});
        if (wanted_ > 0 && waiting_.size() >= wanted_) wake_.notify();
    };
    co_await runtime::asio::async_initiate<decltype(runtime::use_task), void()>(enqueue, runtime::use_task);
    if (w.failure) std::rethrow_exception(w.failure);
}

runtime::task<> write_queue::run() {
    runtime::backoff pause(100ms, 2s);
    for (;;) {
        co_await connect();
        if (connection_) {
            pause.reset();
            co_await serve();
            connection_.reset();
            continue;
        }
        refuse_waiting();
        co_await runtime::sleep_for(pause.next());
    }
}

runtime::task<> write_queue::connect() {
    try {
        connection_ = co_await pg::connection::open(ctx_, options_.connect);
        read_only_ = false;
        log::info("writes go to PostgreSQL");
    } catch (const pg::error& e) {
        if (away_ != e.what()) log::warn("PostgreSQL is away", {{"error", e.what()}});
        away_ = e.what();
    }
}

// Returns when the connection has broken.
runtime::task<> write_queue::serve() {
    while (!connection_->broken() && !read_only_) {
        if (waiting_.empty()) {
            if (!co_await wait_for(1, idle_check)) co_await attempt({});
            continue;
        }
        auto batch = take_batch();
        std::vector<queued_write*> writes;
        writes.reserve(batch.size());
        for (const auto& p : batch)
            writes.push_back(p.what);
        const auto begin = std::chrono::steady_clock::now();
        co_await write_batch(std::move(writes));
        for (auto& p : batch)
            p.done.post();
        if (!waiting_.empty()) co_await gather(batch.size(), std::chrono::steady_clock::now() - begin);
    }
    away_ = read_only_ ? "PostgreSQL takes no writes" : "the connection to PostgreSQL was lost";
    log::warn("the connection for writes has ended", {{"error", away_}});
}

// Clients that were just answered often come back at once. Without a moment's patience they would fall into two halves
// that take turns, each with a commit of its own; the patience is a fraction of what such a commit takes.
runtime::task<> write_queue::gather(std::size_t answered, runtime::duration took) {
    const auto all = std::min(waiting_.size() + answered, most_rows);
    const auto patience = std::min<runtime::duration>(took / 4, longest_patience);
    if (waiting_.size() < all) co_await wait_for(all, patience);
}

runtime::task<bool> write_queue::wait_for(std::size_t writes, runtime::duration limit) {
    wanted_ = writes;
    const bool notified = co_await wake_.wait(limit);
    wanted_ = 0;
    co_return notified;
}

runtime::task<> write_queue::write_batch(std::vector<queued_write*> batch) {
    std::vector<portion> portions;
    portions.push_back({std::move(batch)});
    while (!portions.empty()) {
        auto next = std::move(portions.back());
        portions.pop_back();
        const auto failure = co_await attempt(next.writes);
        // A batch can fail in its second half: what is committed is told in any case.
        on_commit_(next.writes);
        next.writes = unsettled_of(next.writes);
        if (next.writes.empty()) continue;
        if (failure) {
            const auto conflicts = next.conflicts + 1;
            after(*failure, std::move(next), portions);
            if (is_conflict(failure->sqlstate) && !portions.empty())
                co_await runtime::sleep_for(
                    runtime::backoff_pause(2ms, longest_conflict_pause, conflicts, runtime::random_unit()));
        } else if (++next.rounds < most_rounds) {
            portions.push_back(std::move(next));
        } else {
            fail_unsettled(next.writes, std::make_exception_ptr(store_unavailable("too many writers at one to-do")));
        }
    }
}

runtime::task<std::optional<pg::error>> write_queue::attempt(std::span<queued_write* const> batch) {
    try {
        co_await execute(batch);
        co_return std::nullopt;
    } catch (const pg::error& e) {
        if (connection_->broken()) doubt();
        // The server was made a standby: another one takes writes now.
        read_only_ = read_only_ || e.sqlstate == "25006";
        co_return e;
    }
}

// The statement may still be committed. Its notification, under a name that is not ours any more, then counts as
// foreign.
void write_queue::doubt() {
    options_.origin = ids::uuid::v7().str();
    on_commit_({});
}

runtime::task<> write_queue::execute(std::span<queued_write* const> batch) {
    if (batch.empty()) {
        co_await connection_->query(ping);
        co_return;
    }
    switch (batch.front()->kind) {
        case write_kind::create:
            co_await create_todos(*connection_, batch, options_.origin);
            break;
        case write_kind::create_once:
            co_await create_todos_once(*connection_, batch, options_.origin);
            break;
        case write_kind::update:
        case write_kind::remove:
            co_await change_todos(*connection_, batch, options_.link, options_.origin);
            break;
    }
}

std::vector<write_queue::pending> write_queue::take_batch() {
    batch_plan plan;
    std::vector<pending> batch;
    while (!waiting_.empty() && plan.take({waiting_.front().what->kind, waiting_.front().what->id})) {
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return batch;
}

void write_queue::refuse_waiting() {
    const auto why = std::make_exception_ptr(store_unavailable(away_));
    for (auto& p : waiting_) {
        p.what->fail(why);
        p.done.post();
    }
    waiting_.clear();
}

}  // namespace tidings::todo_be
