#include "store/write/row_retention.hpp"

#include <string>

namespace tidings::todo_be {

namespace {

// The oldest first, by the index on `time`.
pg::statement prune(const std::string& table, const std::string& key, const std::string& time) {
    const auto rows = " from " + table;
    return {"prune_" + table, "delete" + rows + " where " + key + " = any(array(select " + key + rows + " where " +
                                  time + " < now() - $1::bigint * interval '1 millisecond' order by " + time +
                                  " limit " + std::to_string(retention_batch) + "))"};
}

const std::string deleted_lists =
    "(select id from lists where deleted_at < now() - $1::bigint * interval '1 millisecond') l";
const std::string batch = " limit " + std::to_string(retention_batch) + "))";
// List by list, by an index of theirs: joined at once, all to-dos of everybody would be read for each batch.
const pg::statement prune_list_todos{
    "prune_list_todos",
    "delete from todos where id = any(array(select t.id from " + deleted_lists +
        " cross join lateral (select id from todos where owner = l.id order by updated_at, id limit " +
        std::to_string(retention_batch) + ") t" + batch};
// Not before its to-dos: its number finds them.
const pg::statement prune_lists{"prune_lists",
                                "delete from lists where id = any(array(select l.id from " + deleted_lists +
                                    " where not exists (select from todos t where t.owner = l.id)" + batch};

}  // namespace

retention key_retention(std::chrono::milliseconds age) { return {prune("idempotency_keys", "key", "created_at"), age}; }
retention deleted_retention(std::chrono::milliseconds age) { return {prune("deleted_todos", "id", "deleted_at"), age}; }

retention token_retention(std::chrono::milliseconds age) { return {prune("access_tokens", "id", "expires_at"), age}; }

retention list_todo_retention(std::chrono::milliseconds age) { return {prune_list_todos, age}; }
retention list_retention(std::chrono::milliseconds age) { return {prune_lists, age}; }

}  // namespace tidings::todo_be
