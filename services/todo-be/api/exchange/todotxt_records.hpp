// To-dos as todo.txt (https://github.com/todotxt/todo.txt), one in each line:
//
//     (A) 2026-01-01 Buy milk @shop +home due:2026-01-31
//     x 2026-01-02 2026-01-01 Buy bread pri:A
//
// (A) is high, (B) medium, all others low. "@shop" is the label "shop", "+home" the label "+home". Beside due: and pri:
// there are tz: (time zone), order:, id:, parent:, label: and notes: (both percent-encoded, for what has white space);
// other keys belong to the title. A word of a title that looks like one of these has a backslash in front.
#pragma once

#include <string>

#include "api/exchange/line_cutter.hpp"
#include "api/exchange/record.hpp"
#include "domain/todo.hpp"

namespace tidings::todo_be {

class todotxt_records final : public record_reader {
  public:
    void feed(std::string_view piece, std::vector<record>& out) override;
    void end(std::vector<record>& out) override;

  private:
    line_cutter lines_;
};

// With its line break. Of done_at only the day is there.
void append_todotxt(std::string& out, const todo& t);

}  // namespace tidings::todo_be
