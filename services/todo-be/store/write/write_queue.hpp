// All writes of this replica, over one connection, in order of arrival.
//
// Natural batching: writes queued while one statement runs go out with the next. That doubles the row rate of a pool,
// keeps the order, and cannot deadlock with itself.
//
// If the connection breaks during a statement, its outcome is unknown: those writes fail, and their clients may retry.
// Writes still waiting are kept if the next connection comes up immediately.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "runtime/wakeup.hpp"
#include "store/write/commit_notice.hpp"
#include "store/write/completion.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

struct write_queue_options {
    pg::connect_options connect;
    std::size_t limit = 10'000;  // waiting writes; further ones are refused
    event_format format{};
    std::size_t byte_limit = std::size_t{16} << 20U;  // what all that wait hold together; likewise
};

class write_queue {
  public:
    // Called once for each commit, before its writes are answered; also when there may have been a commit: the
    // connection broke before the answer came.
    using commit_hook = std::function<void(commit_notice)>;

    write_queue(runtime::asio::io_context& ctx, write_queue_options options, commit_hook on_commit);
    ~write_queue();

    // Connects and serves until the surrounding task is cancelled. The schema must be there.
    runtime::task<> run();

    // Waits until `w` is settled; it must live until then. Throws store_unavailable when there is no connection or the
    // queue is full, or the failure with which `w` was settled.
    runtime::task<> submit(queued_write& w);

    // The name of this replica in its notifications. A new one after each loss of the connection: a statement whose
    // outcome is unknown then counts as another replica's.
    const std::string& writer() const { return writer_; }
    bool connected() const { return connection_ != nullptr; }

  private:
    struct pending {
        queued_write* what;
        completion done;
        std::size_t bytes;
    };

    runtime::task<> connect();
    runtime::task<> serve();
    runtime::task<bool> wait_for(std::size_t writes, runtime::duration limit);
    runtime::task<> write_batch(std::vector<queued_write*> batch);
    runtime::task<std::optional<pg::error>> attempt(std::span<queued_write* const> batch);
    runtime::task<> execute(std::span<queued_write* const> batch);
    void note_unknown_outcome();
    std::vector<pending> take_batch();
    void refuse_waiting();

    runtime::asio::io_context& ctx_;
    write_queue_options options_;
    commit_hook on_commit_;
    std::string writer_;
    std::unique_ptr<pg::connection> connection_;
    bool read_only_ = false;         // the server has become a standby: the connection is dropped
    std::string away_ = "starting";  // why there is no connection
    runtime::wakeup wake_;
    std::size_t wanted_ = 0;  // that many waiting writes wake the task; 0: it is not waiting for any
    std::deque<pending> waiting_;
    std::size_t waiting_bytes_ = 0;
};

}  // namespace tidings::todo_be
