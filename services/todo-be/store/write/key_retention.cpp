#include "store/write/key_retention.hpp"

namespace tidings::todo_be {

namespace {

const pg::statement prune_keys{"prune_keys", R"sql(
delete from idempotency_keys where key = any(array(
  select key from idempotency_keys where created_at < now() - $1::bigint * interval '1 millisecond'
  order by created_at limit 1000)))sql"};

}  // namespace

retention key_retention(std::chrono::milliseconds age) { return {prune_keys, age}; }

}  // namespace tidings::todo_be
