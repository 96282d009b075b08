#include "store/pg_list_store.hpp"

#include <algorithm>
#include <utility>

#include "domain/list_event.hpp"
#include "domain/right_over.hpp"
#include "domain/todo_store.hpp"
#include "store/read/todo_rows.hpp"
#include "store/write/first_answers.hpp"
#include "store/write/list_statements.hpp"

namespace tidings::todo_be {

namespace {

constexpr unsigned most_attempts = 5;
constexpr const char* no_such_row = "02000";

// Of `l`, with the role of `m`. Seven columns.
const std::string list_columns = R"sql(l.id, l.name, l.version, (extract(epoch from l.created_at) * 1000000)::bigint,
  (extract(epoch from l.updated_at) * 1000000)::bigint, (select count(*) from list_members o where o.list = l.id),
  m.role)sql";
const std::string joined_by_asker =
    " from list_members m join lists l on l.id = m.list and l.deleted_at is null where m.member = $1::bigint";

const pg::statement find_person{"find_person", "select public_id, name from users where id = $1::bigint"};
const pg::statement find_lists{"find_lists", "select " + list_columns + joined_by_asker + " order by l.id limit " +
                                                 std::to_string(most_lists_made + most_lists_joined)};
const pg::statement find_list{"find_list", "select " + list_columns + joined_by_asker + " and m.list = $2::bigint"};

// None for whoever is not a member.
const pg::statement find_members{"find_members", R"sql(
select u.public_id, u.name, o.role, (extract(epoch from o.added_at) * 1000000)::bigint
from list_members m join lists l on l.id = m.list and l.deleted_at is null
join list_members o on o.list = l.id join users u on u.id = o.member
where m.member = $1::bigint and m.list = $2::bigint
order by o.added_at, o.member)sql"};

// All that an act is decided by. $3: the user whom it is about, by the id that is told; or ''.
const pg::statement find_scene{"find_scene", "select " + list_columns + R"sql(,
  me.public_id, me.name, (select count(*) from list_members o where o.list = l.id and o.role = 'admin'),
  t.id, t.public_id, t.name, tm.role, (extract(epoch from tm.added_at) * 1000000)::bigint,
  (select count(*) from list_members o join lists ol on ol.id = o.list and ol.deleted_at is null where o.member = t.id)
from list_members m join lists l on l.id = m.list and l.deleted_at is null
join users me on me.id = m.member
left join users t on t.public_id = nullif($3, '')::uuid
left join list_members tm on tm.list = l.id and tm.member = t.id
where m.member = $1::bigint and m.list = $2::bigint)sql"};

// A number is drawn for nobody who could not use it.
const pg::statement draw_number{"draw_number", R"sql(
select u.public_id, u.name, case when (select count(*) from lists where made_by = u.id and deleted_at is null) < $2::bigint
  and (select count(*) from lists where made_by = u.id) < $3::bigint then nextval('list_numbers') end
from users u where u.id = $1::bigint)sql"};

const pg::statement token_lives{
    "token_lives", "select from access_tokens where id = $1::uuid and owner = $2::bigint and expires_at > now()"};

user_id number_in(const pg::rows& rows, std::size_t row, std::size_t column) {
    return {static_cast<std::int32_t>(rows.integer(row, column))};
}

ids::timestamp time_in(const pg::rows& rows, std::size_t row, std::size_t column) {
    return ids::timestamp(std::chrono::microseconds(rows.integer(row, column)));
}

std::size_t count_in(const pg::rows& rows, std::size_t row, std::size_t column) {
    return static_cast<std::size_t>(rows.integer(row, column));
}

list_role role_in(const pg::rows& rows, std::size_t row, std::size_t column) {
    return parse_role(rows.text(row, column)).value_or(list_role::reader);
}

joined_list list_in(const pg::rows& rows, std::size_t row) {
    return {{.id = number_in(rows, row, 0),
             .name = std::string(rows.text(row, 1)),
             .version = rows.integer(row, 2),
             .created_at = time_in(rows, row, 3),
             .updated_at = time_in(rows, row, 4),
             .members = count_in(rows, row, 5)},
            role_in(rows, row, 6)};
}

user_profile person_in(const pg::rows& rows, std::size_t row, std::size_t column) {
    return {read_uuid(rows, row, column), std::string(rows.text(row, column + 1))};
}

pg::parameters by_and_list(user_id by, user_id list) { return pg::parameters().integer(by.value).integer(list.value); }

std::optional<act_once> kept_for(const request_context& context, std::optional<act_once> once) {
    if (once) once->key = key_of(context, once->key);
    return once;
}

}  // namespace

struct pg_list_store::scene {
    list_state state;
    user_profile asker;
    user_id target = {};
    std::optional<list_member> member = {};  // as it is

    // What the act makes of it.
    list_outcome after(const list_act& act, std::optional<list_deed> deed) const {
        list_outcome made{.list = state.list, .deed = deed, .role = state.asker};
        made.member = member;
        if (!deed) return made;
        ++made.list.version;
        made.list.updated_at = std::max(ids::now(), state.list.updated_at);
        if (const auto* renamed = std::get_if<rename_list>(&act)) made.list.name = renamed->name;
        if (const auto* put = std::get_if<put_member>(&act)) {
            if (!made.member) made.member = list_member{*state.target, put->role, made.list.updated_at};
            made.member->role = put->role;
            if (state.target_asks) made.role = put->role;
        }
        if (deed == list_deed::member_added) ++made.list.members;
        if (deed == list_deed::member_removed) --made.list.members;
        return made;
    }
};

runtime::task<user_profile> pg_list_store::person_of(user_id user) {
    const auto found = co_await database_.read(find_person, pg::parameters().integer(user.value));
    if (found.empty()) throw pg::error(no_such_row, "a user is gone");
    co_return person_in(found, 0, 0);
}

runtime::task<std::vector<joined_list>> pg_list_store::lists_of(user_id by) {
    const auto found = co_await database_.read(find_lists, pg::parameters().integer(by.value));
    std::vector<joined_list> all;
    for (std::size_t i = 0; i < found.size(); ++i)
        all.push_back(list_in(found, i));
    co_return all;
}

runtime::task<result<joined_list>> pg_list_store::list_of(user_id by, user_id list) {
    const auto found = co_await database_.read(find_list, by_and_list(by, list));
    if (found.empty()) co_return errc::list_not_found;
    co_return list_in(found, 0);
}

runtime::task<result<std::vector<list_member>>> pg_list_store::members_of(user_id by, user_id list) {
    const auto found = co_await database_.read(find_members, by_and_list(by, list));
    if (found.empty()) co_return errc::list_not_found;
    std::vector<list_member> all;
    for (std::size_t i = 0; i < found.size(); ++i)
        all.push_back({person_in(found, i, 0), role_in(found, i, 2), time_in(found, i, 3)});
    co_return all;
}

// Nothing: the key is new.
runtime::task<std::optional<result<act_result>>> pg_list_store::kept(const std::optional<act_once>& once) {
    if (!once) co_return std::nullopt;
    const idempotency asked{.key = once->key, .request = once->request, .answer = {}};
    const idempotency* const all[] = {&asked};
    const auto found = kept_answers(co_await database_.read(first_answers(), parameters_of(all)), 1);
    if (!found.front()) co_return std::nullopt;
    if (!found.front()->same_request) co_return result<act_result>(errc::idempotency_key_reused);
    co_return result<act_result>(answered_act{found.front()->answer.text});
}

runtime::task<> pg_list_store::check_token(const request_context& context) {
    const auto token = ids::uuid::parse(context.access.token);
    if (!token) co_return;
    const auto found =
        co_await database_.read(token_lives, pg::parameters().uuid(token->bytes()).integer(context.access.user));
    if (found.empty()) throw right_over();
}

runtime::task<result<act_result>> pg_list_store::make(std::string name, std::optional<act_once> once,
                                                      const request_context& context) {
    once = kept_for(context, std::move(once));
    const auto by = asker_of(context);
    for (unsigned i = 0; i < most_attempts; ++i) {
        if (auto first = co_await kept(once)) co_return std::move(*first);
        const auto drawn = co_await database_.read(
            draw_number, pg::parameters().integer(by.value).integer(most_lists_made).integer(most_lists_kept));
        if (drawn.empty()) throw pg::error(no_such_row, "a user is gone");
        if (drawn.is_null(0, 2)) co_return errc::lists_too_many;
        const auto now = ids::now();
        list_outcome made{.list = {.id = number_in(drawn, 0, 2), .name = name, .created_at = now, .updated_at = now},
                          .deed = list_deed::created,
                          .role = list_role::admin};
        const auto event =
            make_event(list_deed::created, made.list, std::nullopt, person_in(drawn, 0, 0), context.trace);
        const auto done = co_await database_.write(make_list(), making({made, event, once, context}));
        if (!done.empty()) co_return made;
        co_await check_token(context);
    }
    throw store_unavailable("too many make lists at once");
}

runtime::task<std::optional<pg_list_store::scene>> pg_list_store::look(user_id list, user_id by,
                                                                       std::optional<ids::uuid> target) {
    const auto found =
        co_await database_.read(find_scene, by_and_list(by, list).text(target ? target->str() : std::string()));
    if (found.empty()) co_return std::nullopt;
    auto [l, role] = list_in(found, 0);
    scene s{.state = {.list = std::move(l), .asker = role, .admins = count_in(found, 0, 9)},
            .asker = person_in(found, 0, 7)};
    if (found.is_null(0, 10)) co_return s;
    s.target = number_in(found, 0, 10);
    s.state.target = person_in(found, 0, 11);
    s.state.target_asks = s.target == by;
    s.state.target_lists = count_in(found, 0, 15);
    if (found.is_null(0, 13)) co_return s;
    s.state.target_role = role_in(found, 0, 13);
    s.member = list_member{*s.state.target, *s.state.target_role, time_in(found, 0, 14)};
    co_return s;
}

runtime::task<result<act_result>> pg_list_store::act(user_id list, list_act wanted, std::optional<ids::uuid> target,
                                                     precondition expected, std::optional<act_once> once,
                                                     const request_context& context) {
    once = kept_for(context, std::move(once));
    for (unsigned i = 0; i < most_attempts; ++i) {
        if (auto first = co_await kept(once)) co_return std::move(*first);
        const auto seen = co_await look(list, asker_of(context), target);
        if (!seen) co_return errc::list_not_found;
        const auto deed = decide(wanted, seen->state, expected);
        if (!deed) co_return deed.error();
        const auto made = seen->after(wanted, *deed);
        if (!made.deed) co_return made;
        const auto event = make_event(*made.deed, made.list, made.member, seen->asker, context.trace);
        const auto done = co_await database_.write(change_list(), changing({made, event, once, context, seen->target}));
        if (!done.empty()) co_return made;
        co_await check_token(context);
    }
    throw store_unavailable("too many change this list at once");
}

}  // namespace tidings::todo_be
