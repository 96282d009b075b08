#include "store/write/list_statements.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "outbox/event_log.hpp"
#include "store/read/todo_rows.hpp"
#include "store/write/first_answers.hpp"

namespace tidings::todo_be {

namespace {

// $1 to $5: the list's number, name, version and time, and who asks. $6: by which token. $7 to $9: the event. $10 to
// $13: the key. Whoever revokes the token waits for the commit, or it is seen.
const std::string begin = R"sql(
with asker as materialized (
  select id from access_tokens where id = nullif($6, '')::uuid and owner = $5::bigint and expires_at > now() for key share
), held as materialized ()sql";
std::string middle(std::string_view lock) {
    return "\n    and ($6 = '' or exists (select from asker))" + std::string(lock) + "\n), " +
           claim_key(10, "exists (select from held)") + R"sql(, go as materialized (
  select 1 where exists (select from held) and (select count(*) from claimed) = cardinality($10::text[])
), done as ()sql";
}
// pg_notify() is called where its row is read.
const std::string end = "\n), " + log_events("select $7::uuid, $8::uuid, $9, $14, id from done") +
                        "\nselect (select pg_notify('todos_changed', '')) from logged";

const std::string count_of_lists = "(select count(*) from lists where made_by = $5::bigint";

pg::parameters common(const list_write& w) {
    const auto& l = w.made.list;
    pg::parameters p;
    p.integer(l.id.value)
        .text(l.name)
        .integer(l.version)
        .timestamp(microseconds(l.updated_at))
        .integer(asker_of(w.context).value)
        .text(w.context.access.token)
        .uuid(w.event.id.bytes())
        .uuid(w.event.todo_id.bytes())
        .text(w.event.type);
    std::vector<std::string_view> key, request, answer;
    std::vector<std::array<std::uint8_t, 16>> none;
    std::string text;
    if (w.once) {
        text = w.once->answer(w.made);
        key.push_back(w.once->key);
        request.push_back(w.once->request);
        answer.push_back(text);
        none.push_back(ids::uuid().bytes());
    }
    p.texts(key).texts(request).texts(answer).uuids(none).text(w.event.payload);
    return p;
}

}  // namespace

const pg::statement& make_list() {
    static const pg::statement s{"make_list", begin + "\n  select where " + count_of_lists +
                                                  " and deleted_at is null) < " + std::to_string(most_lists_made) +
                                                  " and " + count_of_lists + ") < " + std::to_string(most_lists_kept) +
                                                  middle("") + R"sql(
  insert into lists (id, name, made_by, version, created_at, updated_at)
  select $1::bigint, $2, $5::bigint, $3::bigint, $4::timestamptz, $4::timestamptz from go
  returning id
), joined as (
  insert into list_members (list, member, role, added_at) select id, $5::bigint, 'admin', $4::timestamptz from done)sql" +
                                                  end};
    return s;
}

pg::parameters making(const list_write& w) { return common(w); }

const pg::statement& change_list() {
    static const pg::statement s{"change_list", begin + R"sql(
  select from lists where id = $1::bigint and version = $3::bigint - 1 and deleted_at is null)sql" +
                                                    middle(" for update") + R"sql(
  update lists set name = $2, version = $3::bigint, updated_at = $4::timestamptz,
    deleted_at = case when $15 = 'deleted' then now() end
  from go where id = $1::bigint
  returning id
), put as (
  insert into list_members (list, member, role, added_at) select id, $16::bigint, $17, $4::timestamptz from done where $15 = 'put'
  on conflict (list, member) do update set role = excluded.role
), removed as (
  delete from list_members m using done d where m.list = d.id and m.member = $16::bigint and $15 = 'removed')sql" +
                                                    end};
    return s;
}

pg::parameters changing(const list_write& w) {
    const auto deed = *w.made.deed;
    const bool put = deed == list_deed::member_added || deed == list_deed::member_changed;
    auto p = common(w);
    p.text(deed == list_deed::deleted          ? "deleted"
           : put                               ? "put"
           : deed == list_deed::member_removed ? "removed"
                                               : "renamed");
    p.integer(w.target.value).text(w.made.member ? to_string(w.made.member->role) : "");
    return p;
}

}  // namespace tidings::todo_be
