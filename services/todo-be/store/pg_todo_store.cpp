#include "store/pg_todo_store.hpp"

#include <chrono>
#include <utility>

#include "outbox/event_log.hpp"
#include "store/read/todo_rows.hpp"
#include "store/write/first_answers.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

const pg::statement find_todo{"find_todo",
                              "select " + todo_select_list() + " from todos where id = $1 and owner = $2::bigint"};

constexpr std::string_view unknown_zone = "22023";  // invalid_parameter_value
const pg::statement find_instants{"find_instants", R"sql(
select (extract(epoch from ((t.clock at time zone 'UTC') at time zone t.zone)) * 1000000)::bigint
from unnest($1::timestamptz[], $2::text[]) with ordinality as t (clock, zone, place) order by t.place)sql"};
const pg::statement find_cache_key{"find_cache_key", "select key from cache_key"};
const pg::statement log_state{"log_state", state_of_log()};
const pg::statement log_state_of{"log_state_of", state_of_log_of_one()};

written_todo written_of(committed_write& c) { return {std::move(c.state), c.logged.event.id}; }

// Of a set of one create.
result<create_outcome> created_of(result<set_outcome> made) {
    if (!made) return made.error();
    if (const auto* refused = std::get_if<refused_write>(&*made)) return refused->why;
    if (auto* kept = std::get_if<first_answer>(&*made)) return create_outcome(std::move(*kept));
    return create_outcome(std::move(std::get<std::vector<write_result>>(*made).front().value()));
}

todo_page page_in(const pg::rows& found, std::size_t limit) {
    todo_page page;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < found.size() && i < limit && bytes < largest_page; ++i) {
        page.items.push_back(read_todo(found, i));
        bytes += page.items.back().fields.notes.size() + page.items.back().fields.title.size();
    }
    page.more = found.size() > page.items.size();
    return page;
}

// The same write, as a set of its own.
queued_set alone(queued_write& w) {
    if (auto* c = std::get_if<queued_change>(&w.request))
        return {.what = {std::move(c->what)}, .trace = c->trace, .once = {}, .by = c->by};
    auto& r = std::get<queued_remove>(w.request);
    return {.what = {std::move(r.what)}, .trace = r.trace, .once = {}, .by = r.by};
}

std::optional<idempotency> kept_for(const request_context& context, std::optional<idempotency> once) {
    if (once) once->key = key_of(context, once->key);
    return once;
}

}  // namespace

pg_todo_store::pg_todo_store(runtime::asio::io_context& ctx, pg_store_options options,
                             write_queue::commit_hook on_commit)
    : format_(options.writes.format),
      users_(options.users),
      pool_size_(options.pool.size),
      pool_(ctx, std::move(options.pool)),
      writes_(ctx, std::move(options.writes), std::move(on_commit)) {}

runtime::task<> pg_todo_store::run() {
    migrated_ = true;
    co_await writes_.run();
}

runtime::task<result<create_outcome>> pg_todo_store::create(todo_fields fields, std::optional<idempotency> once,
                                                            const request_context& context) {
    if (fields.parent || (fields.done && fields.recurrence))
        co_return created_of(
            co_await write({create_todo{std::move(fields)}}, set_mode::whole, std::move(once), context));
    once = kept_for(context, std::move(once));
    auto t = new_todo(std::move(fields), ids::now(), owner_of(context));
    auto event = make_event(change::created, t, nullptr, format_, context.trace);
    if (!once) {
        queued_write w(queued_create{std::move(t), std::move(event)});
        co_await writes_.submit(w);
        co_return written_of(std::get<committed_write>(w.outcome));
    }
    const write_result written(written_todo{t, event.id});
    auto answer = once->answer({&written, 1});
    queued_write w(queued_create_once{std::move(t), std::move(event), std::move(*once), std::move(answer)});
    co_await writes_.submit(w);
    if (const auto* refused = std::get_if<boost::system::error_code>(&w.outcome)) co_return *refused;
    if (auto* kept = std::get_if<first_answer>(&w.outcome)) co_return std::move(*kept);
    co_return written_of(std::get<committed_write>(w.outcome));
}

runtime::task<result<written_todo>> pg_todo_store::change(change_todo wanted, const request_context& context) {
    return submit(queued_write(queued_change{std::move(wanted), context.trace, owner_of(context)}));
}

runtime::task<result<written_todo>> pg_todo_store::remove(remove_todo wanted, const request_context& context) {
    return submit(queued_write(queued_remove{std::move(wanted), context.trace, owner_of(context)}));
}

runtime::task<result<restore_outcome>> pg_todo_store::restore(restore_todo wanted, std::optional<idempotency> once,
                                                              const request_context& context) {
    const auto by = owner_of(context);
    queued_write w(queued_restore{std::move(wanted), context.trace, kept_for(context, std::move(once)), by});
    co_await writes_.submit(w);
    if (const auto* refused = std::get_if<boost::system::error_code>(&w.outcome)) co_return *refused;
    if (auto* kept = std::get_if<first_answer>(&w.outcome)) co_return std::move(*kept);
    auto& back = std::get<committed_set>(w.outcome).results.front();
    if (!back) co_return back.error();
    co_return std::move(*back);
}

runtime::task<result<std::optional<first_answer>>> pg_todo_store::find_first(idempotency once,
                                                                             const request_context& context) {
    const auto asked_for = kept_for(context, std::move(once));
    const idempotency* const asked[] = {&*asked_for};
    auto kept = kept_answers(co_await read(first_answers(), parameters_of(asked)), 1);
    if (!kept.front()) co_return std::nullopt;
    if (!kept.front()->same_request) co_return errc::idempotency_key_reused;
    co_return std::move(kept.front()->answer);
}

runtime::task<result<written_todo>> pg_todo_store::submit(queued_write w) {
    co_await writes_.submit(w);
    if (std::holds_alternative<family_needed>(w.outcome)) {
        w = queued_write(alone(w));
        co_await writes_.submit(w);
    }
    if (const auto* refused = std::get_if<boost::system::error_code>(&w.outcome)) co_return *refused;
    if (const auto* refused = std::get_if<refused_write>(&w.outcome)) co_return refused->why;
    if (auto* whole = std::get_if<committed_set>(&w.outcome)) co_return std::move(whole->results.front());
    if (auto* same = std::get_if<unchanged>(&w.outcome)) co_return written_todo{std::move(same->state), std::nullopt};
    co_return written_of(std::get<committed_write>(w.outcome));
}

runtime::task<result<set_outcome>> pg_todo_store::write(write_set set, set_mode mode, std::optional<idempotency> once,
                                                        const request_context& context) {
    if (set.size() > most_writes_in_set) throw std::length_error("too many writes in one set");
    const auto by = owner_of(context);
    queued_write w(queued_set{.what = std::move(set),
                              .mode = mode,
                              .trace = context.trace,
                              .once = kept_for(context, std::move(once)),
                              .by = by});
    co_await writes_.submit(w);
    if (const auto* refused = std::get_if<boost::system::error_code>(&w.outcome)) co_return *refused;
    if (const auto* one = std::get_if<refused_write>(&w.outcome)) co_return *one;
    if (auto* kept = std::get_if<first_answer>(&w.outcome)) co_return std::move(*kept);
    co_return std::move(std::get<committed_set>(w.outcome).results);
}

runtime::task<result<todo>> pg_todo_store::find(user_id by, ids::uuid id) {
    const auto found = co_await read(find_todo, pg::parameters().uuid(id.bytes()).integer(by.value));
    if (found.empty()) co_return errc::not_found;
    co_return read_todo(found, 0);
}

runtime::task<todo_page> pg_todo_store::list(user_id by, list_query query) {
    if (query.search || query.label) {
        auto found = co_await look(by, query, nearby(query.limit));
        if (is_worth_looking_farther(found.size(), query.limit)) found = co_await look(by, query, farther(query.limit));
        if (found.size() > query.limit) co_return page_in(found, query.limit);
    }
    auto list = list_statement_of(query, of(by));
    co_return page_in(co_await read(list.sql, std::move(list.values)), query.limit);
}

runtime::task<pg::rows> pg_todo_store::look(user_id by, const list_query& query, std::size_t far) {
    auto nearby = nearby_statement_of(query, far, of(by));
    co_return co_await read(nearby.sql, std::move(nearby.values));
}

runtime::task<std::vector<placed>> pg_todo_store::orders(user_id by, list_query query) {
    return read_orders(orders_statement_of(query, of(by)), query.limit);
}

runtime::task<std::vector<placed>> pg_todo_store::orders_of(user_id by, std::vector<ids::uuid> todos) {
    return read_orders(orders_statement_of(todos, of(by)), todos.size());
}

runtime::task<std::vector<placed>> pg_todo_store::read_orders(list_statement list, std::size_t most) {
    const auto found = co_await read(list.sql, std::move(list.values));
    std::vector<placed> orders;
    for (std::size_t i = 0; i < found.size() && i < most; ++i)
        orders.push_back(read_placed(found, i));
    co_return orders;
}

runtime::task<std::int64_t> pg_todo_store::count(user_id by, list_query query) {
    auto counted = count_statement_of(query, of(by));
    const auto found = co_await read(counted.sql, std::move(counted.values));
    co_return found.integer(0, 0);
}

runtime::task<std::vector<ids::timestamp>> pg_todo_store::instants_of(std::vector<local_time> times) {
    std::vector<std::optional<std::int64_t>> clocks;
    std::vector<std::string_view> zones;
    for (const auto& t : times) {
        clocks.emplace_back(microseconds(t.clock));
        zones.push_back(t.zone);
    }
    std::vector<ids::timestamp> instants;
    try {
        const auto found = co_await read(find_instants, pg::parameters().timestamps(clocks).texts(zones));
        for (std::size_t i = 0; i < found.size(); ++i)
            instants.emplace_back(std::chrono::microseconds(found.integer(i, 0)));
    } catch (const pg::error& e) {
        if (e.sqlstate != unknown_zone) throw;
        instants.clear();
    }
    co_return instants;
}

runtime::task<std::string> pg_todo_store::state(user_id by) {
    const bool alone = by == default_user;
    const auto found =
        co_await read(alone ? log_state : log_state_of, alone ? pg::parameters() : pg::parameters().integer(by.value));
    co_return std::string(found.text(0, 0));
}

runtime::task<std::string> pg_todo_store::cache_key() {
    const auto found = co_await read(find_cache_key, {});
    co_return std::string(found.text(0, 0));
}

runtime::task<pg::rows> pg_todo_store::read(const pg::statement& s, pg::parameters p) {
    if (!migrated_) throw store_unavailable("starting");
    const auto begin = std::chrono::steady_clock::now();
    // After a restart of the server every idle connection in the pool is dead, which only a query reveals. A read can
    // safely be repeated.
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

}  // namespace tidings::todo_be
