// To-dos in CSV: the first record names the columns, in any order.
#pragma once

#include <string>

#include "api/exchange/csv_cells.hpp"
#include "api/exchange/record.hpp"
#include "domain/todo.hpp"

namespace tidings::todo_be {

class csv_records final : public record_reader {
  public:
    void feed(std::string_view piece, std::vector<record>& out) override;
    void end(std::vector<record>& out) override;

  private:
    void take_all(std::vector<record>& out);
    void read_header(const csv_record& header);
    record read(const csv_record& r) const;

    csv_cells cells_;
    std::vector<csv_record> read_;
    std::vector<std::string> columns_;
};

void append_csv_header(std::string& out);
// A record that ends with CRLF. A text that a spreadsheet would take for a formula, since it begins with = + - @ or
// white space, gets an apostrophe in front, whether it has some already or not; csv_records takes one away again.
void append_csv(std::string& out, const todo& t);

}  // namespace tidings::todo_be
