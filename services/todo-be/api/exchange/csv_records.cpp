#include "api/exchange/csv_records.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "api/todo_members.hpp"
#include "text/ascii.hpp"
#include "text/decimal.hpp"
#include "text/utf8.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_name = 60;
constexpr std::size_t most_named = 20;  // columns that are wrong

// What a spreadsheet would execute (OWASP, CSV injection), apostrophes in front aside.
bool is_formula(std::string_view cell) {
    const auto at = cell.find_first_not_of('\'');
    return at != cell.npos && std::string_view("=+-@\t\r\n").find(cell[at]) != std::string_view::npos;
}

std::string plain(std::string_view cell) {
    if (cell.starts_with('\'') && is_formula(cell)) cell.remove_prefix(1);
    return std::string(cell);
}

json::value truth_of(std::string_view cell) {
    for (const auto* yes : {"true", "yes", "x", "1"})
        if (text::iequals(cell, yes)) return true;
    for (const auto* no : {"false", "no", "0"})
        if (text::iequals(cell, no)) return false;
    return json::string(cell);
}

json::value number_of(std::string_view cell) {
    if (const auto n = text::parse_number<double>(cell)) return *n;
    return json::string(cell);
}

// Semicolons between them; one that belongs to a label has a backslash in front, and so has a backslash.
json::value labels_of(std::string_view cell) {
    json::array labels;
    std::string label;
    bool escaped = false;
    for (const char c : cell) {
        if (c == ';' && !escaped) {
            labels.emplace_back(std::exchange(label, {}));
        } else if (c != '\\' || escaped) {
            label += c;
        }
        escaped = c == '\\' && !escaped;
    }
    labels.emplace_back(label);
    return labels;
}

json::value value_of(std::string_view column, std::string_view cell) {
    if (column == "title" || column == "notes") return json::string(plain(cell));
    if (column == "labels") return labels_of(plain(cell));
    const auto trimmed = text::trim(cell);
    if (column == "done") return truth_of(trimmed);
    if (column == "order") return number_of(trimmed);
    return json::string(trimmed);
}

constexpr std::array<std::string_view, 12> columns{"id",    "title",         "done",       "order",
                                                   "due",   "due_time_zone", "priority",   "labels",
                                                   "notes", "parent",        "recurrence", "done_at"};

void append_cell(std::string& out, std::string_view cell) {
    if (cell.find_first_of(",;\t\"\r\n") == cell.npos) {
        out += cell;
        return;
    }
    out += '"';
    for (const char c : cell) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

void append_text(std::string& out, std::string_view text) {
    append_cell(out, is_formula(text) ? '\'' + std::string(text) : std::string(text));
}

std::string joined(const std::vector<std::string>& labels) {
    std::string text;
    for (const auto& label : labels) {
        if (&label != labels.data()) text += ';';
        for (const char c : label) {
            if (c == ';' || c == '\\') text += '\\';
            text += c;
        }
    }
    return text;
}

void append_times(std::string& out, const todo& t) {
    for (const auto& at : {t.done_at, std::optional(t.created_at), std::optional(t.updated_at)}) {
        out += ',';
        if (at) ids::append_to(out, *at);
    }
}

}  // namespace

void csv_records::feed(std::string_view piece, std::vector<record>& out) {
    cells_.feed(piece, read_);
    take_all(out);
}

void csv_records::end(std::vector<record>& out) {
    cells_.end(read_);
    take_all(out);
    if (columns_.empty() && broken_.empty()) broken_.push_back({"title", errc::title_missing});
}

void csv_records::take_all(std::vector<record>& out) {
    for (const auto& r : read_) {
        if (!broken_.empty()) break;
        if (columns_.empty()) {
            read_header(r);
        } else {
            out.push_back(read(r));
        }
    }
    read_.clear();
}

void csv_records::read_header(const csv_record& header) {
    if (header.wrong) return broken_.push_back({{}, *header.wrong});
    for (const auto& cell : header.cells) {
        if (broken_.size() == most_named) return;
        auto name = text::lowered(text::trim(cell));
        const bool known = std::find(columns.begin(), columns.end(), name) != columns.end() || is_read_only(name);
        const bool again = !name.empty() && std::find(columns_.begin(), columns_.end(), name) != columns_.end();
        if ((!known && !name.empty()) || again)
            broken_.push_back(
                {std::string(text::shortened(name, longest_name)), again ? errc::key_repeated : errc::column_unknown});
        columns_.push_back(std::move(name));
    }
    if (std::find(columns_.begin(), columns_.end(), "title") == columns_.end())
        broken_.push_back({"title", errc::title_missing});
}

record csv_records::read(const csv_record& r) const {
    record made{.line = r.line};
    if (r.wrong) {
        made.wrong.push_back({{}, *r.wrong});
        return made;
    }
    for (std::size_t i = 0; i < r.cells.size(); ++i) {
        const auto& cell = r.cells[i];
        if (cell.empty()) continue;
        if (i >= columns_.size()) {
            made.wrong.push_back({{}, errc::cells_too_many});
            made.members.clear();
            return made;
        }
        if (!columns_[i].empty()) made.members[columns_[i]] = value_of(columns_[i], cell);
    }
    return made;
}

void append_csv_header(std::string& out) {
    for (const auto name : columns) {
        if (name != columns.front()) out += ',';
        out += name;
    }
    out += ",created_at,updated_at\r\n";
}

void append_csv(std::string& out, const todo& t) {
    t.id.append_to(out);
    append_text(out += ',', t.fields.title);
    out += t.fields.done ? ",true," : ",false,";
    if (t.fields.order) append_order(out, *t.fields.order);
    out += ',';
    if (t.fields.due) append_to(out, *t.fields.due);
    append_cell(out += ',', t.fields.due_time_zone.value_or(""));
    (out += ',') += to_string(t.fields.priority);
    append_text(out += ',', joined(t.fields.labels));
    append_text(out += ',', t.fields.notes);
    out += ',';
    if (t.fields.parent) t.fields.parent->append_to(out);
    append_cell(out += ',', t.fields.recurrence.value_or(""));
    append_times(out, t);
    out += "\r\n";
}

}  // namespace tidings::todo_be
