#include "api/exchange/csv_cells.hpp"

#include <utility>

#include "api/exchange/record.hpp"

namespace tidings::todo_be {

void csv_cells::feed(std::string_view piece, std::vector<csv_record>& out) {
    for (const char c : piece) {
        const bool second_of_pair = after_cr_ && c == '\n';
        after_cr_ = c == '\r';
        if (second_of_pair && state_ != state::quoted) continue;
        if ((c == '\n' && !second_of_pair) || c == '\r') ++line_;
        take(c, out);
    }
}

void csv_cells::take(char c, std::vector<csv_record>& out) {
    if (state_ == state::quoted) return take_quoted(c);
    if (c == '\r' || c == '\n') return end_record(out);
    if (separates(c)) return end_cell();
    if (c == '"' && state_ == state::cell_begin) {
        state_ = state::quoted;
    } else if (c == '"' && state_ == state::quote_in_quoted) {
        append('"');
        state_ = state::quoted;
    } else {
        if (c == '"' || state_ == state::quote_in_quoted) note(errc::quote_unexpected);
        state_ = state::plain;
        append(c);
    }
}

void csv_cells::take_quoted(char c) {
    if (c == '"') {
        state_ = state::quote_in_quoted;
    } else {
        append(c);
    }
}

// Of a record that is wrong nothing is kept.
void csv_cells::append(char c) {
    if (++bytes_ > longest_record) note(errc::record_too_long);
    if (!record_.wrong) cell_ += c;
}

bool csv_cells::separates(char c) {
    if (separator_ == '\0' && (c == ',' || c == ';' || c == '\t')) separator_ = c;
    return c == separator_ && separator_ != '\0';
}

void csv_cells::note(errc why) {
    if (!record_.wrong) record_.wrong = why;
    cell_.clear();
    record_.cells.clear();
}

void csv_cells::end_cell() {
    state_ = state::cell_begin;
    if (++bytes_ > longest_record) note(errc::record_too_long);
    if (!record_.wrong) record_.cells.push_back(std::exchange(cell_, {}));
}

void csv_cells::end_record(std::vector<csv_record>& out) {
    const bool empty = bytes_ == 0 && state_ == state::cell_begin;
    if (!empty) {
        end_cell();
        out.push_back(std::move(record_));
        if (separator_ == '\0') separator_ = ',';
    }
    record_ = {.line = line_};
    cell_.clear();
    bytes_ = 0;
}

void csv_cells::end(std::vector<csv_record>& out) {
    if (state_ == state::quoted) note(errc::record_unfinished);
    end_record(out);
}

}  // namespace tidings::todo_be
