#include "store/read/list_statement.hpp"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/read/conditions.hpp"
#include "store/read/needed_word.hpp"
#include "store/read/todo_rows.hpp"
#include "text/decimal.hpp"

namespace tidings::todo_be {

namespace {

// The text of the indexes in migrations/ is the same.
constexpr std::string_view order_key =
    R"(coalesce(case when floor(order_exact) = "order" then order_exact else "order" end, 'infinity'::float8))";

// So is this one.
constexpr std::string_view words_condition =
    "to_tsvector('simple', title || ' ' || notes) @@ websearch_to_tsquery('simple', $::text)";

// Of a text without that word this says so ten times as fast. How letters that are not ASCII change with their case is
// for the other one to say.
constexpr std::string_view needed_word_condition =
    "(strpos(lower(title || ' ' || notes), lower($::text)) > 0 or "
    "octet_length(title || notes) <> char_length(title || notes))";

std::string placed_select_list() { return "id, nullif(" + std::string(order_key) + ", 'infinity'::float8)"; }

// What comes before the id.
std::string_view key_of(sort_key by) {
    switch (by) {
        case sort_key::created:
            return {};
        case sort_key::order:
            return order_key;
        case sort_key::due:
            return "due";
        case sort_key::updated:
            return "updated_at";
        case sort_key::finished:
            return "done_at";
    }
    return {};
}

void append_place(pg::parameters& values, const list_position& p) {
    if (p.order) {
        std::string text;
        text::append_number(text, *p.order);
        values.text(text);
    } else if (p.at) {
        values.timestamp(microseconds(*p.at));
    } else {
        values.text("infinity");
    }
}

// Rows after that place: one comparison of rows, which an index on both columns answers.
void add_position(conditions& where, pg::parameters& values, const list_position& p) {
    const std::string after = p.sort.descending ? "<" : ">";
    if (p.sort.by == sort_key::created) {
        where.add("id " + after + " $::uuid", values.uuid(p.id.bytes()));
        return;
    }
    append_place(values, p);
    values.uuid(p.id.bytes());
    const auto* const type = p.sort.by == sort_key::order ? "::float8" : "::timestamptz";
    const auto place = "$" + std::to_string(values.size() - 1) + type;
    where.add("(" + std::string(key_of(p.sort.by)) + ", id) " + after + " (" + place + ", $::uuid)", values);
}

void append_bound(pg::parameters& values, const std::optional<ids::timestamp>& t, std::string_view none) {
    if (t) {
        values.timestamp(microseconds(*t));
    } else {
        values.text(none);
    }
}

// Always both bounds, so that there are fewer statements.
void add_range(conditions& where, pg::parameters& values, std::string_view key, const time_range& range) {
    if (range.empty()) return;
    append_bound(values, range.from, "-infinity");
    where.add(std::string(key) + " >= $::timestamptz", values);
    append_bound(values, range.before, "infinity");
    where.add(std::string(key) + " < $::timestamptz", values);
}

std::vector<std::array<std::uint8_t, 16>> bytes_of(const std::vector<ids::uuid>& todos) {
    std::vector<std::array<std::uint8_t, 16>> bytes;
    bytes.reserve(todos.size());
    for (const auto& id : todos)
        bytes.push_back(id.bytes());
    return bytes;
}

// A list by age could be a walk along the primary key, past all that others have made since. So that it never is, it is
// sorted by the owner as well: there is only one, which the planner does not see in an array.
bool is_by_owner(const list_query& q, const whose& w) {
    return q.sort.by == sort_key::created && (!w.alone || q.done || q.priority);
}

// Where there is one owner, an index of owners is no help for a list by age; of an equation a planner without
// statistics would think it is.
void add_owner(conditions& where, pg::parameters& values, const list_query& q, const whose& w) {
    const bool listed = is_by_owner(q, w);
    if (!w.alone) {
        where.add(listed ? "owner = any(array[$::bigint])" : "owner = $::bigint", values.integer(w.owner.value));
    } else if (listed) {
        where.add("owner = any('{1}')");
    } else {
        where.add(q.sort.by == sort_key::created ? "owner <= 1" : "owner = 1");
    }
}

// Whether something is done and which priority it has is said in the text: an index of some of them is for such
// statements only.
void add_filters(conditions& where, pg::parameters& values, const list_query& q) {
    if (q.done) where.add(*q.done ? "done" : "not done");
    if (q.parent) where.add("parent = $::uuid", values.uuid(q.parent->bytes()));
    if (q.top_level) where.add("parent is null");
    if (!q.parents.empty())
        where.add("parent = any($::uuid[]) and parent is not null", values.uuids(bytes_of(q.parents)));
    if (q.label) where.add("labels @> array[$::text] and labels <> '{}'", values.text(*q.label));
    if (q.priority) where.add("priority = '" + std::string(to_string(*q.priority)) + "'");
    add_range(where, values, key_of(q.sort.by), q.range);
    if (q.sort.by == sort_key::finished) where.add("done_at is not null");
    if (q.sort.by == sort_key::due) where.add("due is not null");
}

conditions add_words(conditions where, pg::parameters& values, const list_query& q) {
    if (q.search) where.add(words_condition, values.text(*q.search));
    return where;
}

std::string order_of(const list_query& q, const whose& w) {
    const std::string direction = q.sort.descending ? " desc" : "";
    const std::string key(is_by_owner(q, w) ? "owner" : key_of(q.sort.by));
    return " order by " + (key.empty() ? key : key + direction + ", ") + "id" + direction;
}

// Found by something else than what the list is sorted by.
bool is_selective(const list_query& q) { return q.parent || !q.parents.empty() || q.label || q.priority; }

// Conditions of lists that are read from several indexes (ADR 67, 88): together they are true of every row.
std::vector<std::string> parts_of(const list_query& q, const whose& w) {
    if (q.sort.by == sort_key::order && !q.done) return {"not done", "done"};
    if (q.sort.by != sort_key::created || q.done == true) return {};
    const std::string key(order_key);
    const auto without = key + " = 'infinity'::float8", with = key + " < 'infinity'::float8";
    if (q.done) return {without, with};
    // Of one among many the key of all is no order.
    if (w.alone || is_selective(q)) return {};
    return {"not done and " + without, "not done and " + with, "done"};
}

// A page of each part, in the order of the list.
std::string joined(const std::vector<std::string>& parts, const conditions& where, const std::string& page) {
    std::string sql;
    for (const auto& part : parts) {
        auto all = where;
        all.add(part);
        sql += (sql.empty() ? "((select * from todos" : " union all (select * from todos") + all.sql() + page + ')';
    }
    return sql + ") as todos";
}

// Where the rows of the list come from, in its order; all of them are in a source with `end`, an order and a limit.
std::string source_of(const list_query& q, const whose& w, const conditions& where, const std::string& end) {
    const auto parts = parts_of(q, w);
    return parts.empty() ? "todos" + where.sql() : joined(parts, where, end);
}

list_statement page_of(const list_query& q, const whose& w, std::string_view label, const std::string& selected) {
    pg::parameters values;
    conditions where;
    values.integer(static_cast<std::int64_t>(q.limit) + 1);
    add_owner(where, values, q, w);
    add_filters(where, values, q);
    if (q.after) add_position(where, values, *q.after);
    const auto page = order_of(q, w) + " limit $1::bigint";
    // "offset 0" keeps PostgreSQL from walking the list until it has found a page of rare words.
    const auto source = q.search ? "(select * from todos" + add_words(where, values, q).sql() + " offset 0) as todos"
                                 : source_of(q, w, where, page);
    return {pg::statement(label, "select " + selected + " from " + source + page), std::move(values)};
}

}  // namespace

list_statement list_statement_of(const list_query& q, const whose& w) {
    return page_of(q, w, "list_todos", todo_select_list());
}

list_statement nearby_statement_of(const list_query& q, std::size_t rows, const whose& w) {
    pg::parameters values;
    conditions where, wanted;
    auto walked = q;
    walked.label.reset();
    values.integer(static_cast<std::int64_t>(q.limit) + 1);
    add_owner(where, values, walked, w);
    add_filters(where, values, walked);
    if (q.after) add_position(where, values, *q.after);
    if (q.label) wanted.add("labels @> array[$::text]", values.text(*q.label));
    const auto word = needed_word(q.search.value_or(""));
    if (!word.empty()) wanted.add(needed_word_condition, values.text(word));
    const auto order = order_of(walked, w);
    const auto near = order + " limit " + std::to_string(rows);
    const auto source = "(select * from " + source_of(walked, w, where, near) + near + ") as todos";
    const auto page = add_words(std::move(wanted), values, q).sql() + order + " limit $1::bigint";
    return {pg::statement("list_nearby", "select " + todo_select_list() + " from " + source + page), std::move(values)};
}

list_statement orders_statement_of(const list_query& q, const whose& w) {
    return page_of(q, w, "list_orders", placed_select_list());
}

list_statement orders_statement_of(const std::vector<ids::uuid>& todos, const whose& w) {
    static const pg::statement sql{
        "orders_of",
        "select " + placed_select_list() + " from todos where id = any($1::uuid[]) and owner + 0 = $2::bigint"};
    return {sql, std::move(pg::parameters().uuids(bytes_of(todos)).integer(w.owner.value))};
}

list_statement count_statement_of(const list_query& q, const whose& w) {
    pg::parameters values;
    conditions where;
    add_owner(where, values, q, w);
    add_filters(where, values, q);
    where = add_words(std::move(where), values, q);
    return {pg::statement("count_todos", "select count(*) from todos" + where.sql()), std::move(values)};
}

}  // namespace tidings::todo_be
