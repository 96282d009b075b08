// The to-dos in PostgreSQL: reads through a pool, writes through the write queue.
#pragma once

#include <functional>
#include <string>

#include "domain/todo_event.hpp"
#include "domain/todo_store.hpp"
#include "pg/pool.hpp"
#include "store/write/write_queue.hpp"

namespace tidings::todo_be {

// What one commit has added to the outbox.
struct commit_notice {
    std::vector<outbox_event> created;  // first events of new to-dos: nothing of theirs can come before
    bool others = false;                // further events, to be read from the outbox in their order
};

struct pg_store_options {
    pg::pool_options pool;
    write_queue_options writes;
};

class pg_todo_store final : public todo_store {
  public:
    // `on_commit` is called after each commit, before its writes are answered, and whenever there may have been one: a
    // broken connection, an answer that was replayed; `on_batch` with the rows of a statement.
    pg_todo_store(runtime::asio::io_context& ctx, pg_store_options options,
                  std::function<void(commit_notice)> on_commit, std::function<void(std::size_t)> on_batch);

    // Serves writes until the surrounding task is cancelled. Call it when the schema is there; until then every call
    // throws store_unavailable.
    runtime::task<> run();

    runtime::task<result<written_todo>> create(todo_fields fields, std::string key,
                                               const request_context& context) override;
    runtime::task<result<written_todo>> change(ids::uuid id, todo_patch patch, precondition expected,
                                               const request_context& context) override;
    runtime::task<result<written_todo>> remove(ids::uuid id, precondition expected,
                                               const request_context& context) override;
    runtime::task<result<todo>> find(ids::uuid id) override;
    runtime::task<todo_page> list(list_query query) override;

    bool connected() const { return writes_.connected(); }
    bool migrated() const { return migrated_; }
    pg::pool::counts pool_counts() const { return pool_.count(); }
    const std::string& origin() const { return writes_.origin(); }
    std::size_t writes_waiting() const { return writes_.waiting(); }

  private:
    void committed(std::span<queued_write* const> batch);
    runtime::task<result<written_todo>> submit(queued_write& w);
    runtime::task<pg::rows> read(const pg::statement& s, pg::parameters p);

    self_link link_;
    std::size_t pool_size_;
    std::function<void(commit_notice)> on_commit_;
    std::function<void(std::size_t)> on_batch_;
    bool migrated_ = false;
    pg::pool pool_;
    write_queue writes_;
};

}  // namespace tidings::todo_be
