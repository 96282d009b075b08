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

}  // namespace

retention key_retention(std::chrono::milliseconds age) { return {prune("idempotency_keys", "key", "created_at"), age}; }
retention deleted_retention(std::chrono::milliseconds age) { return {prune("deleted_todos", "id", "deleted_at"), age}; }

retention token_retention(std::chrono::milliseconds age) { return {prune("access_tokens", "id", "expires_at"), age}; }

}  // namespace tidings::todo_be
