#include "outbox/outbox_session.hpp"

#include <utility>

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr auto deadline = 2s;
// After an outage the front of the outbox is full of dead entries: the first read of it may take long.
constexpr auto read_deadline = 10s;

// The sequence is looked at after the lock was taken.
const pg::statement take_lead{"take_lead", R"sql(
with lead as materialized (select pg_try_advisory_lock(7236215102) as held)
select held, case when held then coalesce(pg_sequence_last_value(pg_get_serial_sequence('events', 'seq')::regclass), 0) end
from lead)sql"};

// The oldest entries first, by two index scans. (A join is planned on a table that was empty, and stays a sequential
// scan.) Each with the bytes of the payloads before it, which are not read for that: their lengths are in the rows.
// What is held is hashed: "<> all" would compare each entry with each of the thousands that are.
const pg::statement read_outbox{"read_outbox", R"sql(
select seq, id, todo_id, type, payload from (
  select e.*, sum(octet_length(e.payload)) over (order by e.seq) - octet_length(e.payload) as bytes_before from events e
  where e.seq = any(array(select o.seq from outbox o where o.seq not in (select unnest($1::bigint[])) order by o.seq limit $2::bigint))
) e
where bytes_before < $3::bigint
order by seq)sql"};

const pg::statement clear_outbox{"clear_outbox", "delete from outbox where seq = any($1::bigint[])"};

const pg::statement ping{"ping", "select 1"};

ids::uuid read_id(const pg::rows& rows, std::size_t row, std::size_t column) {
    const auto id = ids::uuid::parse(rows.text(row, column));
    if (!id) throw pg::error("XX000", "a row of events has an invalid UUID");
    return *id;
}

}  // namespace

outbox_session::outbox_session(std::unique_ptr<pg::connection> connection)
    : connection_(std::move(connection)), confirmed_(std::chrono::steady_clock::now()) {}

runtime::task<std::unique_ptr<outbox_session>> outbox_session::open(runtime::asio::io_context& ctx,
                                                                    pg::connect_options options) {
    options.application_name = "todo-be relay";
    options.settings.emplace_back("idle_session_timeout", "4000");
    options.settings.emplace_back("statement_timeout", "10000");
    // A deletion that a crash undoes only means that an event is published again, with the same id.
    options.settings.emplace_back("synchronous_commit", "off");
    // The statistics of a table that is empty most of the time mislead the planner.
    options.settings.emplace_back("enable_seqscan", "off");
    auto connection = co_await pg::connection::open(ctx, std::move(options));
    co_return std::unique_ptr<outbox_session>(new outbox_session(std::move(connection)));
}

runtime::task<pg::rows> outbox_session::query(const pg::statement& s, pg::parameters p,
                                              std::chrono::milliseconds limit) {
    const auto asked = std::chrono::steady_clock::now();
    auto rows = co_await connection_->query(s, p, limit);
    confirmed_ = asked;
    co_return rows;
}

runtime::task<std::optional<std::int64_t>> outbox_session::try_lead() {
    const auto rows = co_await query(take_lead, {}, deadline);
    if (!rows.boolean(0, 0)) co_return std::nullopt;
    co_return rows.integer(0, 1);
}

runtime::task<std::vector<outbox_event>> outbox_session::read(std::vector<std::int64_t> held, std::int64_t limit,
                                                              std::int64_t bytes) {
    const auto rows =
        co_await query(read_outbox, pg::parameters().integers(held).integer(limit).integer(bytes), read_deadline);
    std::vector<outbox_event> events;
    events.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        events.push_back({.seq = rows.integer(i, 0),
                          .id = read_id(rows, i, 1),
                          .todo_id = read_id(rows, i, 2),
                          .type = std::string(rows.text(i, 3)),
                          .payload = std::string(rows.text(i, 4))});
    }
    co_return events;
}

runtime::task<> outbox_session::clear(std::vector<std::int64_t> seqs) {
    co_await query(clear_outbox, pg::parameters().integers(seqs), read_deadline);
}

runtime::task<> outbox_session::confirm() { co_await query(ping, {}, deadline); }

}  // namespace tidings::todo_be
