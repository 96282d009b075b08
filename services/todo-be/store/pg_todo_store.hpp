// The to-dos in PostgreSQL: reads through a pool, writes through the write queue.
#pragma once

#include <functional>
#include <string>

#include "domain/todo_event.hpp"
#include "domain/todo_store.hpp"
#include "pg/pool.hpp"
#include "store/read/list_statement.hpp"
#include "store/write/write_queue.hpp"

namespace tidings::todo_be {

struct pg_store_options {
    pg::pool_options pool;
    write_queue_options writes;
    bool users = false;  // whether there are others than the default user
};

class pg_todo_store final : public todo_store {
  public:
    // `on_commit`: see write_queue::commit_hook.
    pg_todo_store(runtime::asio::io_context& ctx, pg_store_options options, write_queue::commit_hook on_commit);

    // Serves writes until the surrounding task is cancelled. Call it when the schema is there; until then every call
    // throws store_unavailable.
    runtime::task<> run();

    runtime::task<result<create_outcome>> create(todo_fields fields, std::optional<idempotency> once,
                                                 const request_context& context) override;
    runtime::task<result<written_todo>> change(change_todo wanted, const request_context& context) override;
    runtime::task<result<written_todo>> remove(remove_todo wanted, const request_context& context) override;
    runtime::task<result<restore_outcome>> restore(restore_todo wanted, std::optional<idempotency> once,
                                                   const request_context& context) override;
    runtime::task<result<set_outcome>> write(write_set set, set_mode mode, std::optional<idempotency> once,
                                             const request_context& context) override;
    runtime::task<result<std::optional<first_answer>>> find_first(idempotency once,
                                                                  const request_context& context) override;
    runtime::task<result<todo>> find(user_id by, ids::uuid id) override;
    runtime::task<todo_page> list(user_id by, list_query query) override;
    runtime::task<std::vector<placed>> orders(user_id by, list_query query) override;
    runtime::task<std::vector<placed>> orders_of(user_id by, std::vector<ids::uuid> todos) override;
    runtime::task<std::vector<ids::timestamp>> instants_of(std::vector<local_time> times) override;
    runtime::task<std::string> state(user_id by) override;
    runtime::task<std::int64_t> count(user_id by, list_query query) override;

    // With what answers are sealed that are kept elsewhere. Throws store_unavailable.
    runtime::task<std::string> cache_key();

    bool connected() const { return writes_.connected(); }
    bool migrated() const { return migrated_; }
    pg::pool::counts pool_counts() const { return pool_.count(); }
    const std::string& writer() const { return writes_.writer(); }

  private:
    runtime::task<result<written_todo>> submit(queued_write w);
    runtime::task<pg::rows> look(user_id by, const list_query& query, std::size_t far);
    runtime::task<std::vector<placed>> read_orders(list_statement list, std::size_t most);
    runtime::task<pg::rows> read(const pg::statement& s, pg::parameters p);

    whose of(user_id by) const { return {by, !users_}; }

    event_format format_;
    bool users_;
    std::size_t pool_size_;
    bool migrated_ = false;
    pg::pool pool_;
    write_queue writes_;
};

}  // namespace tidings::todo_be
