#include "store/account_looks.hpp"

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "domain/scope.hpp"
#include "ids/timestamp.hpp"
#include "text/hex.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::size_t most_at_once = 1'000;
constexpr const char* no_such_row = "02000";

// One row for each in any case: whoever comes at the same time finds the other's. Who is known is never inserted: each
// attempt would use up a number. Sorted, so that two replicas with the same users never wait for each other.
const pg::statement know_users{"know_users", R"sql(
with asked as materialized (
  select distinct on (issuer, subject) issuer, subject, name
  from unnest($1::text[], $2::text[], $3::text[]) as a (issuer, subject, name) order by issuer, subject
), known as materialized (
  select u.id, u.issuer, u.subject, u.name from asked a join users u on u.issuer = a.issuer and u.subject = a.subject
), other as materialized (
  select u.id, a.name from asked a join users u on u.issuer = a.issuer and u.subject = a.subject
  where u.name <> a.name and a.name <> '' for no key update of u skip locked
), renamed as (
  update users u set name = o.name from other o where u.id = o.id
), met as (
  insert into users (issuer, subject, name)
  select issuer, subject, name from asked a
  where not exists (select from known k where k.issuer = a.issuer and k.subject = a.subject) order by issuer, subject
  on conflict (issuer, subject) do update set name = excluded.name
  returning id, issuer, subject
)
select id, issuer, subject from met union all select id, issuer, subject from known)sql"};

// Which of them are marked as used is known to about ten minutes: who has just marked one is not waited for.
const pg::statement find_tokens{"find_tokens", R"sql(
with found as materialized (
  select id, owner, scopes, expires_at, last_used_at, hash from access_tokens
  where hash = any(array(select decode(h, 'hex') from unnest($1::text[]) h)) and expires_at > now()
), stale as materialized (
  select t.id from found f join access_tokens t on t.id = f.id
  where f.last_used_at is null or f.last_used_at < now() - interval '10 minutes' for no key update of t skip locked
), used as (
  update access_tokens t set last_used_at = now() from stale s where t.id = s.id
)
select id, owner, scopes, (extract(epoch from expires_at) * 1000000)::bigint, encode(hash, 'hex') from found)sql"};

runtime::task<std::vector<user_id>> look_for_users(account_database& database, std::vector<identity::principal> asked) {
    std::vector<std::string_view> issuers, subjects, names;
    for (const auto& who : asked) {
        issuers.push_back(who.issuer);
        subjects.push_back(who.subject);
        names.push_back(who.name);
    }
    const auto rows = co_await database.read(know_users, pg::parameters().texts(issuers).texts(subjects).texts(names));
    std::map<std::pair<std::string_view, std::string_view>, user_id> known;
    for (std::size_t i = 0; i < rows.size(); ++i)
        known[{rows.text(i, 1), rows.text(i, 2)}] = user_id{static_cast<std::int32_t>(rows.integer(i, 0))};
    std::vector<user_id> users;
    for (const auto& who : asked) {
        const auto user = known.find({who.issuer, who.subject});
        if (user == known.end()) throw pg::error(no_such_row, "a user was neither found nor made");
        users.push_back(user->second);
    }
    co_return users;
}

runtime::task<std::vector<std::optional<request_access>>> look_for_tokens(account_database& database,
                                                                          std::vector<token_hash> asked) {
    std::vector<std::string> hashes;
    for (const auto& h : asked)
        hashes.push_back(text::hex(h));
    const std::vector<std::string_view> views(hashes.begin(), hashes.end());
    const auto rows = co_await database.read(find_tokens, pg::parameters().texts(views));
    std::unordered_map<std::string_view, request_access> found;
    for (std::size_t i = 0; i < rows.size(); ++i)
        found[rows.text(i, 4)] = {.user = static_cast<std::int32_t>(rows.integer(i, 1)),
                                  .scopes = read_scopes(rows.text(i, 2)).bits(),
                                  .token = std::string(rows.text(i, 0)),
                                  .until = ids::timestamp(std::chrono::microseconds(rows.integer(i, 3)))};
    std::vector<std::optional<request_access>> access;
    for (const auto& hash : hashes) {
        const auto one = found.find(hash);
        access.push_back(one == found.end() ? std::nullopt : std::optional(one->second));
    }
    co_return access;
}

}  // namespace

account_looks::account_looks(account_database& database)
    : users_([&database](std::vector<identity::principal> asked) { return look_for_users(database, std::move(asked)); },
             most_at_once),
      tokens_([&database](std::vector<token_hash> asked) { return look_for_tokens(database, std::move(asked)); },
              most_at_once) {}

}  // namespace tidings::todo_be
