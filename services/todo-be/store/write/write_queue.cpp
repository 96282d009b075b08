#include "store/write/write_queue.hpp"

#include <boost/asio/async_result.hpp>
#include <utility>

#include "domain/change_notice.hpp"
#include "observe/log.hpp"
#include "runtime/backoff.hpp"
#include "store/write/batch_plan.hpp"
#include "store/write/batch_progress.hpp"
#include "store/write/change_statement.hpp"
#include "store/write/create_statement.hpp"
#include "store/write/restore_statement.hpp"
#include "store/write/set_statement.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

// How long an idle connection goes unchecked: a write after that would be the one to find it dead.
constexpr auto idle_check = 1s;

const pg::statement ping{"ping", "select 1"};

}  // namespace

write_queue::write_queue(runtime::asio::io_context& ctx, write_queue_options options, commit_hook on_commit)
    : ctx_(ctx),
      options_(std::move(options)),
      on_commit_(std::move(on_commit)),
      writer_(ids::uuid::v7().str()),
      wake_(ctx.get_executor()) {
    options_.connect.application_name = "todo-be writer";
}

write_queue::~write_queue() = default;

runtime::task<> write_queue::submit(queued_write& w) {
    if (!connection_) throw store_unavailable(away_);
    const auto bytes = bytes_of(w.request);
    if (waiting_.size() >= options_.limit || waiting_bytes_ + bytes > options_.byte_limit)
        throw store_unavailable("too many writes are waiting");
    const auto enqueue = [this, &w, bytes](auto handler) {
        waiting_bytes_ += bytes;
        waiting_.push_back({&w, completion(std::move(handler)), bytes});
        if (wanted_ > 0 && waiting_.size() >= wanted_) wake_.notify();
    };
    co_await runtime::asio::async_initiate<decltype(runtime::use_task), void()>(enqueue, runtime::use_task);
    if (const auto* failure = std::get_if<std::exception_ptr>(&w.outcome)) std::rethrow_exception(*failure);
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
        log::info("write connection established");
    } catch (const pg::error& e) {
        if (away_ != e.what()) log::warn("PostgreSQL is unavailable", {{"error", e.what()}});
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
        const auto more = patience_after(waiting_.size(), batch.size(), std::chrono::steady_clock::now() - begin);
        if (more) co_await wait_for(more->writes, more->limit);
    }
    away_ = read_only_ ? "PostgreSQL accepts no writes" : "the connection to PostgreSQL was lost";
    log::warn("write connection lost", {{"error", away_}});
}

runtime::task<bool> write_queue::wait_for(std::size_t writes, runtime::duration limit) {
    wanted_ = writes;
    const bool notified = co_await wake_.wait(limit);
    wanted_ = 0;
    co_return notified;
}

runtime::task<> write_queue::write_batch(std::vector<queued_write*> batch) {
    batch_progress progress(std::move(batch));
    while (!progress.done()) {
        const auto tried = progress.next();
        const auto failure = co_await attempt(tried);
        // A statement can fail after a part was committed: that is announced in any case.
        if (auto notice = take_notice(tried)) on_commit_(std::move(*notice));
        if (!failure) {
            progress.executed();
            continue;
        }
        const auto writes = tried.size();
        const auto next = progress.failed(*failure, runtime::random_unit());
        if (next.step == next_step::fail)
            log::warn("write failed",
                      {{"sqlstate", failure->sqlstate}, {"error", failure->what()}, {"writes", writes}});
        if (next.pause > runtime::duration::zero()) co_await runtime::sleep_for(next.pause);
    }
}

runtime::task<std::optional<pg::error>> write_queue::attempt(std::span<queued_write* const> batch) {
    try {
        co_await execute(batch);
        co_return std::nullopt;
    } catch (const pg::error& e) {
        if (connection_->broken()) note_unknown_outcome();
        // The server has become a standby: another one accepts writes now.
        read_only_ = read_only_ || e.sqlstate == "25006";
        co_return e;
    }
}

void write_queue::note_unknown_outcome() {
    writer_ = ids::uuid::v7().str();
    on_commit_(outcome_unknown());
}

runtime::task<> write_queue::execute(std::span<queued_write* const> batch) {
    if (batch.empty()) {
        co_await connection_->query(ping);
        co_return;
    }
    const auto& kind = batch.front()->request;
    const auto notice = notice_of(writer_, owners_of(batch));
    if (std::holds_alternative<queued_create>(kind)) {
        co_await create_todos(*connection_, batch, notice);
    } else if (std::holds_alternative<queued_create_once>(kind)) {
        co_await create_todos_once(*connection_, batch, notice);
    } else if (std::holds_alternative<queued_set>(kind)) {
        co_await write_todos(*connection_, *batch.front(), options_.format, notice);
    } else if (std::holds_alternative<queued_restore>(kind)) {
        co_await restore_todos(*connection_, *batch.front(), options_.format, notice);
    } else {
        co_await change_todos(*connection_, batch, options_.format, notice);
    }
}

std::vector<write_queue::pending> write_queue::take_batch() {
    batch_plan plan;
    std::vector<pending> batch;
    while (!waiting_.empty() && plan.take(waiting_.front().what->request, waiting_.front().bytes)) {
        waiting_bytes_ -= waiting_.front().bytes;
        batch.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return batch;
}

void write_queue::refuse_waiting() {
    const auto why = std::make_exception_ptr(store_unavailable(away_));
    for (auto& p : waiting_) {
        p.what->outcome = why;
        p.done.post();
    }
    waiting_.clear();
    waiting_bytes_ = 0;
}

}  // namespace tidings::todo_be
