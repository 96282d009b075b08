#include "store/pg_todo_store.hpp"

#include <chrono>
#include <utility>

#include "store/read/list_statement.hpp"
#include "store/read/todo_rows.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

const pg::statement find_todo{"find_todo", "select " + todo_select_list() + " from todos where id = $1"};

}  // namespace

pg_todo_store::pg_todo_store(runtime::asio::io_context& ctx, pg_store_options options,
                             std::function<void(commit_notice)> on_commit, std::function<void(std::size_t)> on_batch)
    : link_(options.writes.link),
      pool_size_(options.pool.size),
      on_commit_(std::move(on_commit)),
      on_batch_(std::move(on_batch)),
      pool_(ctx, std::move(options.pool)),
      writes_(ctx, std::move(options.writes), [this](std::span<queued_write* const> batch) { committed(batch); }) {}

runtime::task<> pg_todo_store::run() {
    migrated_ = true;
    co_await writes_.run();
}

runtime::task<result<written_todo>> pg_todo_store::create(todo_fields fields, std::string key,
                                                          const request_context& context) {
    const auto kind = key.empty() ? write_kind::create : write_kind::create_once;
    create_write w(kind, new_todo(std::move(fields), ids::now()));
    w.json.reserve(384 + w.what.fields.title.size());
    append_json(w.json, w.what, link_);
    w.event = make_event(change::created, w.what, w.json, {}, context.trace);
    if (kind == write_kind::create_once) {
        w.key = std::move(key);
        append_json(w.canonical, w.what.fields);
    }
    co_return co_await submit(w);
}

runtime::task<result<written_todo>> pg_todo_store::change(ids::uuid id, todo_patch patch, precondition expected,
                                                          const request_context& context) {
    change_write w(write_kind::update, id);
    w.patch = std::move(patch);
    w.expected = std::move(expected);
    w.trace = context.trace;
    co_return co_await submit(w);
}

runtime::task<result<written_todo>> pg_todo_store::remove(ids::uuid id, precondition expected,
                                                          const request_context& context) {
    change_write w(write_kind::remove, id);
    w.expected = std::move(expected);
    w.trace = context.trace;
    co_return co_await submit(w);
}

runtime::task<result<written_todo>> pg_todo_store::submit(queued_write& w) {
    co_await writes_.submit(w);
    if (w.refused) co_return w.refused;
    co_return std::move(w.answer);
}

runtime::task<result<todo>> pg_todo_store::find(ids::uuid id) {
    const auto found = co_await read(find_todo, pg::parameters().uuid(id.bytes()));
    if (found.empty()) co_return errc::not_found;
    co_return read_todo(found, 0);
}

runtime::task<todo_page> pg_todo_store::list(list_query query) {
    auto list = list_statement_of(query);
    const auto found = co_await read(list.sql, std::move(list.values));
    todo_page page;
    page.more = found.size() > query.limit;
    for (std::size_t i = 0; i < found.size() && i < query.limit; ++i)
        page.items.push_back(read_todo(found, i));
    co_return page;
}

runtime::task<pg::rows> pg_todo_store::read(const pg::statement& s, pg::parameters p) {
    if (!migrated_) throw store_unavailable("starting");
    const auto begin = std::chrono::steady_clock::now();
    // After a restart of the server every idle connection of the pool is dead, and a query is what finds that out. A
    // read may safely be asked again.
    for (std::size_t attempt = 0;; ++attempt) {
        try {
            auto connection = co_await pool_.acquire();
            co_return co_await connection->query(s, p);
        } catch (const pg::error& e) {
            if (!e.unavailable()) throw;
            const bool quickly = std::chrono::steady_clock::now() - begin < 1s;
            if (attempt >= pool_size_ || !quickly || !connected()) throw store_unavailable(e.what());
        }
    }
}

void pg_todo_store::committed(std::span<queued_write* const> batch) {
    commit_notice notice;
    bool anything = false;
    // A write with an unknown outcome: there may be something in the outbox, and the list may have changed.
    notice.others = batch.empty();
    bool in_doubt = batch.empty();
    for (auto* w : batch) {
        in_doubt = in_doubt || w->answer.replayed;
        if (w->seq == 0 || w->event.payload.empty()) continue;
        anything = true;
        if (w->kind == write_kind::create || w->kind == write_kind::create_once) {
            notice.created.push_back({.seq = w->seq,
                                      .id = w->event.id,
                                      .todo_id = w->id,
                                      .type = std::string(w->event.type),
                                      .payload = std::move(w->event.payload)});
        } else {
            notice.others = true;
        }
        w->event = {};  // told once, however many rounds its batch takes
    }
    if (anything) on_batch_(batch.size());
    if (!anything && !in_doubt) return;
    on_commit_(std::move(notice));
}

}  // namespace tidings::todo_be
