#include "store/pg_account_store.hpp"

#include <chrono>
#include <utility>

#include "domain/right_over.hpp"
#include "domain/todo_store.hpp"
#include "domain/token_event.hpp"
#include "outbox/event_log.hpp"
#include "store/read/todo_rows.hpp"
#include "text/hex.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::size_t most_known = 10'000;

const std::string token_columns = R"sql( t.id, t.name, t.scopes, (extract(epoch from t.created_at) * 1000000)::bigint,
  (extract(epoch from t.expires_at) * 1000000)::bigint, (extract(epoch from t.last_used_at) * 1000000)::bigint)sql";

const pg::statement living_tokens{"living_tokens",
                                  "select id from access_tokens where id = any($1::uuid[]) and expires_at > now()"};

// Whoever revokes the token by which it is asked for waits for the commit, or it is seen.
const pg::statement make_token{"make_token", R"sql(
with asker as materialized (
  select id from access_tokens
  where id = nullif($11, '')::uuid and owner = $3::bigint and expires_at > now() for key share
), made as (
  insert into access_tokens (id, owner, name, hash, scopes, expires_at, created_at)
  select $2::uuid, $3::bigint, $4, decode($5, 'hex'), $6, $7::timestamptz, $8::timestamptz
  where ($11 = '' or exists (select from asker)) and (select count(*) from access_tokens where owner = $3::bigint and expires_at > now()) < $9::bigint
  returning id, owner
), )sql" + log_events("select $1::uuid, id, 'io.tidings.token.created.v1', $10, owner from made") +
                                                 R"sql(
select (select pg_notify('todos_changed', '')) from logged)sql"};

// Of lists that are not deleted.
const std::string living_members = "list_members m join lists l on l.id = m.list and l.deleted_at is null where ";
const pg::statement find_role{"find_role",
                              "select m.role from " + living_members + "m.list = $1::bigint and m.member = $2::bigint"};
const pg::statement find_memberships{"find_memberships", R"sql(
select m.member, m.list, m.role
from (select distinct * from unnest($1::bigint[], $2::bigint[])) a (member, list), )sql" +
                                                             living_members +
                                                             "m.list = a.list and m.member = a.member"};

const pg::statement list_tokens{"list_tokens", "select" + token_columns +
                                                   " from access_tokens t where owner = $1::bigint order by t.id desc "
                                                   "limit 1000"};
const pg::statement read_token{
    "read_token", "select" + token_columns + " from access_tokens t where id = $1::uuid and owner = $2::bigint"};

const pg::statement revoke_token{"revoke_token", R"sql(
with gone as (
  delete from access_tokens where id = $2::uuid and owner = $3::bigint returning id, owner
), )sql" + log_events("select $1::uuid, id, 'io.tidings.token.revoked.v1', $4, owner from gone") +
                                                     R"sql(
select (select pg_notify('todos_changed', '')) from logged)sql"};

ids::timestamp time_in(const pg::rows& rows, std::size_t row, std::size_t column) {
    return ids::timestamp(std::chrono::microseconds(rows.integer(row, column)));
}

access_token token_in(const pg::rows& rows, std::size_t row) {
    access_token t{.id = read_uuid(rows, row, 0),
                   .terms = {std::string(rows.text(row, 1)), read_scopes(rows.text(row, 2)), time_in(rows, row, 4)},
                   .created_at = time_in(rows, row, 3),
                   .last_used_at = {}};
    if (!rows.is_null(row, 5)) t.last_used_at = time_in(rows, row, 5);
    return t;
}

}  // namespace

pg_account_store::pg_account_store(runtime::asio::io_context& ctx, const pg::pool_options& options,
                                   std::function<bool()> ready, runtime::duration believed)
    : database_(ctx, options, std::move(ready)), looks_(database_), believed_(believed) {}

runtime::task<user_id> pg_account_store::user_of(identity::principal who) {
    auto name = who.issuer + '\n' + who.subject + '\n' + who.name;
    const auto now = runtime::now();
    if (const auto known = users_.find(name); known != users_.end() && now < known->second.until)
        co_return known->second.id;
    const auto user = co_await looks_.user_of(std::move(who));
    if (users_.size() >= most_known) users_.clear();
    users_.insert_or_assign(std::move(name), known_user{user, now + believed_});
    co_return user;
}

runtime::task<std::optional<request_access>> pg_account_store::find(token_hash token) { return looks_.find(token); }

runtime::task<std::vector<ids::uuid>> pg_account_store::living(std::vector<ids::uuid> tokens) {
    std::vector<std::array<std::uint8_t, 16>> asked;
    for (const auto& id : tokens)
        asked.push_back(id.bytes());
    const auto found = co_await database_.watch(living_tokens, pg::parameters().uuids(asked));
    std::vector<ids::uuid> living;
    for (std::size_t i = 0; i < found.size(); ++i)
        living.push_back(read_uuid(found, i, 0));
    co_return living;
}

runtime::task<std::optional<list_role>> pg_account_store::role_of(user_id user, user_id list) {
    const auto found = co_await database_.read(find_role, pg::parameters().integer(list.value).integer(user.value));
    if (found.empty()) co_return std::nullopt;
    co_return parse_role(found.text(0, 0));
}

runtime::task<std::vector<membership>> pg_account_store::memberships(std::vector<membership> asked) {
    std::vector<std::int64_t> users, lists;
    for (const auto& a : asked) {
        users.push_back(a.user.value);
        lists.push_back(a.list.value);
    }
    const auto found = co_await database_.watch(find_memberships, pg::parameters().integers(users).integers(lists));
    const auto number = [&](std::size_t row, std::size_t column) {
        return user_id{static_cast<std::int32_t>(found.integer(row, column))};
    };
    std::vector<membership> all;
    for (std::size_t i = 0; i < found.size(); ++i)
        if (const auto role = parse_role(found.text(i, 2))) all.push_back({number(i, 0), number(i, 1), *role});
    co_return all;
}

runtime::task<result<access_token>> pg_account_store::make(token_terms terms, token_hash token,
                                                           const request_context& context) {
    const access_token t{
        .id = ids::uuid::v7(), .terms = std::move(terms), .created_at = ids::now(), .last_used_at = {}};
    const auto by = asker_of(context);
    const auto event = make_event(token_act::created, t, by, context.trace);
    const auto made = co_await database_.write(make_token, pg::parameters()
                                                               .uuid(event.id.bytes())
                                                               .uuid(t.id.bytes())
                                                               .integer(by.value)
                                                               .text(t.terms.name)
                                                               .text(text::hex(token))
                                                               .text(to_string(t.terms.scopes))
                                                               .timestamp(microseconds(t.terms.expires_at))
                                                               .timestamp(microseconds(t.created_at))
                                                               .integer(most_tokens)
                                                               .text(event.payload)
                                                               .text(context.access.token));
    const auto asker = ids::uuid::parse(context.access.token);
    if (made.empty() && asker && (co_await living({*asker})).empty()) throw right_over();
    if (made.empty()) co_return errc::tokens_too_many;
    co_return t;
}

runtime::task<std::vector<access_token>> pg_account_store::tokens_of(user_id owner) {
    const auto found = co_await database_.read(list_tokens, pg::parameters().integer(owner.value));
    std::vector<access_token> all;
    for (std::size_t i = 0; i < found.size(); ++i)
        all.push_back(token_in(found, i));
    co_return all;
}

runtime::task<result<access_token>> pg_account_store::token_of(user_id owner, ids::uuid id) {
    const auto found = co_await database_.read(read_token, pg::parameters().uuid(id.bytes()).integer(owner.value));
    if (found.empty()) co_return errc::token_not_found;
    co_return token_in(found, 0);
}

runtime::task<result<access_token>> pg_account_store::revoke(ids::uuid id, const request_context& context) {
    const auto by = asker_of(context);
    auto t = co_await token_of(by, id);
    if (!t) co_return t.error();
    const auto event = make_event(token_act::revoked, *t, by, context.trace);
    const auto gone = co_await database_.write(
        revoke_token, pg::parameters().uuid(event.id.bytes()).uuid(id.bytes()).integer(by.value).text(event.payload));
    if (gone.empty()) co_return errc::token_not_found;
    co_return t;
}

}  // namespace tidings::todo_be
