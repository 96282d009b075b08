#include "store/write/deleted_retention.hpp"

namespace tidings::todo_be {

namespace {

const pg::statement prune_deleted{"prune_deleted", R"sql(
delete from deleted_todos where id = any(array(
  select id from deleted_todos where deleted_at < now() - $1::bigint * interval '1 millisecond'
  order by deleted_at limit 1000)))sql"};

}  // namespace

retention deleted_retention(std::chrono::milliseconds age) { return {prune_deleted, age}; }

}  // namespace tidings::todo_be
