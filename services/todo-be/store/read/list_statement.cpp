#include "store/read/list_statement.hpp"

#include <string>
#include <string_view>

#include "store/read/todo_rows.hpp"
#include "text/decimal.hpp"

namespace tidings::todo_be {

namespace {

// Conditions joined by "and". A '$' without a number becomes that of the value that was appended to `values` for it.
class conditions {
  public:
    void add(std::string_view condition, const pg::parameters& values) {
        sql_ += sql_.empty() ? " where " : " and ";
        const auto at = condition.find("$::") + 1;
        sql_.append(condition, 0, at).append(std::to_string(values.size())).append(condition, at);
    }
    const std::string& sql() const { return sql_; }

  private:
    std::string sql_;
};

// The indexes todos_by_order and todos_by_done_and_order have the same text.
constexpr const char* order_key =
    R"(coalesce(case when floor(order_exact) = "order" then order_exact else "order" end, 'infinity'::float8))";

void append_number(std::string& out, const std::optional<double>& order) {
    if (order) {
        text::append_number(out, *order);
    } else {
        out += "infinity";
    }
}

// Rows after that place: one comparison of rows, which an index on both columns answers.
void add_position(conditions& where, pg::parameters& values, const list_query& q) {
    if (q.sort == list_order::newest) {
        where.add("id < $::uuid", values.uuid(q.after->id.bytes()));
        return;
    }
    std::string order;
    append_number(order, q.after->order);
    values.text(order).uuid(q.after->id.bytes());
    const auto last = values.size();
    where.add("(" + std::string(order_key) + ", id) > ($" + std::to_string(last - 1) + "::float8, $::uuid)", values);
}

}  // namespace

list_statement list_statement_of(const list_query& q) {
    static const std::string select = "select " + todo_select_list() + " from todos";
    static const std::string by_order = " order by " + std::string(order_key) + ", id limit $1::bigint";
    pg::parameters values;
    conditions where;
    values.integer(static_cast<std::int64_t>(q.limit) + 1);
    if (q.done) where.add("done = $::boolean", values.text(*q.done ? "true" : "false"));
    if (q.parent) where.add("parent = $::uuid", values.uuid(q.parent->bytes()));
    if (q.after) add_position(where, values, q);
    const bool newest = q.sort == list_order::newest;
    return {
        pg::statement("list_todos", select + where.sql() + (newest ? " order by id desc limit $1::bigint" : by_order)),
        std::move(values)};
}

}  // namespace tidings::todo_be
