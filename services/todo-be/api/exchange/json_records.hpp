// To-dos as JSON: an array of objects, or objects one after the other (one in each line: NDJSON).
#pragma once

#include <string>

#include "api/exchange/record.hpp"

namespace tidings::todo_be {

class json_records final : public record_reader {
  public:
    // `lines`: each line is a value of its own; one that is broken does not go on in the next.
    explicit json_records(bool lines) : lines_(lines) {}

    void feed(std::string_view piece, std::vector<record>& out) override;
    void end(std::vector<record>& out) override;

  private:
    void take(char c, std::vector<record>& out);
    void take_outside(char c);
    void finish(std::vector<record>& out);

    bool lines_;
    std::string text_;       // of the value in progress
    std::size_t depth_ = 0;  // of brackets within it
    std::size_t line_ = 1;
    std::size_t begin_ = 1;  // the line of the value
    bool in_value_ = false;
    bool in_string_ = false;
    bool escaped_ = false;
    bool too_long_ = false;  // it is passed over, up to the end of a line
};

}  // namespace tidings::todo_be
