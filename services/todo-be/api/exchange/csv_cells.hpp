// CSV (RFC 4180) in pieces: one record after the other, as its cells.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/errc.hpp"

namespace tidings::todo_be {

struct csv_record {
    std::size_t line = 1;
    std::vector<std::string> cells = {};
    std::optional<errc> wrong = {};  // record_too_long, quote_unexpected, record_unfinished
};

// Lines end with CRLF, LF or CR; cells may hold any of them within quotes. Empty lines are passed over. What separates
// cells is the first of comma, semicolon and tab in the first record: spreadsheets write what their country has.
class csv_cells {
  public:
    void feed(std::string_view piece, std::vector<csv_record>& out);
    void end(std::vector<csv_record>& out);

  private:
    enum class state { cell_begin, plain, quoted, quote_in_quoted };

    void take(char c, std::vector<csv_record>& out);
    void take_quoted(char c);
    void append(char c);
    void end_cell();
    void end_record(std::vector<csv_record>& out);
    bool separates(char c);
    void note(errc why);

    state state_ = state::cell_begin;
    csv_record record_;
    std::string cell_;
    std::size_t bytes_ = 0;  // of the record
    std::size_t line_ = 1;
    char separator_ = '\0';  // not known yet
    bool after_cr_ = false;
};

}  // namespace tidings::todo_be
