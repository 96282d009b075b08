#include "store/read/list_statement.hpp"

#include <string>
#include <string_view>

#include "store/read/todo_rows.hpp"

namespace tidings::todo_be {

namespace {

// Conditions joined by "and". The '$' of each becomes the number of the value that was appended to `values` for it.
class conditions {
  public:
    void add(std::string_view condition, const pg::parameters& values) {
        sql_ += sql_.empty() ? " where " : " and ";
        const auto at = condition.find('$') + 1;
        sql_.append(condition, 0, at).append(std::to_string(values.size())).append(condition, at);
    }
    const std::string& sql() const { return sql_; }

  private:
    std::string sql_;
};

}  // namespace

list_statement list_statement_of(const list_query& q) {
    static const std::string select = "select " + todo_select_list() + " from todos";
    pg::parameters values;
    conditions where;
    values.integer(static_cast<std::int64_t>(q.limit) + 1);
    if (q.done) where.add("done = $::boolean", values.text(*q.done ? "true" : "false"));
    if (q.older_than) where.add("id < $::uuid", values.uuid(q.older_than->bytes()));
    return {pg::statement("list_todos", select + where.sql() + " order by id desc limit $1::bigint"),
            std::move(values)};
}

}  // namespace tidings::todo_be
