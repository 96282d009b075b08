#include "api/exchange/import_file.hpp"

#include <utility>

#include "api/todo_members.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;

constexpr std::size_t most_reported = 20;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

void read_done_at(const json::value& v, ids::timestamp now, import_row& row) {
    if (v.is_null()) return;
    const auto at = v.is_string() ? ids::parse_timestamp(v.get_string()) : std::nullopt;
    if (at && *at <= now) {
        row.what.done_at = at;
    } else {
        row.wrong.push_back({"/done_at", errc::done_at_invalid});
    }
}

// An id of another program is none of ours: then no subtask can name it.
void read_id(const json::value& v, import_row& row) {
    if (v.is_string()) row.id = ids::uuid::parse(v.get_string());
}

}  // namespace

import_row row_of(record r, ids::timestamp now) {
    import_row row{.line = r.line, .wrong = std::move(r.wrong)};
    if (!row.wrong.empty()) return row;
    todo_patch patch;
    for (const auto& member : r.members) {
        if (row.wrong.size() >= most_reported) break;
        if (member.key() == "id") {
            read_id(member.value(), row);
        } else if (member.key() == "done_at") {
            read_done_at(member.value(), now, row);
        } else if (!is_read_only(member.key())) {
            read_member(member.key(), member.value(), patch, row.wrong);
        }
    }
    if (!r.members.contains("title")) row.wrong.push_back({"/title", errc::title_missing});
    row.what.fields = apply(patch, {});
    row.due_is_local = r.due_is_local && row.what.fields.due && row.what.fields.due_time_zone;
    return row;
}

std::vector<import_row> import_file::feed(std::string_view piece) {
    if (!begun_) {
        begin_ += piece;
        if (begin_.size() < byte_order_mark.size() && byte_order_mark.starts_with(begin_)) return {};
        begun_ = true;
        piece = begin_;
        if (piece.starts_with(byte_order_mark)) piece.remove_prefix(byte_order_mark.size());
    }
    reader_->feed(piece, records_);
    if (!begin_.empty()) std::string().swap(begin_);
    return judged();
}

std::vector<import_row> import_file::end() {
    if (!begun_) reader_->feed(begin_, records_);
    reader_->end(records_);
    return judged();
}

std::vector<import_row> import_file::judged() {
    std::vector<import_row> rows;
    rows.reserve(records_.size());
    const auto now = ids::now();
    for (auto& r : records_)
        rows.push_back(row_of(std::move(r), now));
    records_.clear();
    return rows;
}

}  // namespace tidings::todo_be
