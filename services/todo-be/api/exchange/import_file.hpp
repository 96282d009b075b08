// A file to import, as the to-dos in it: read, judged as POST judges them.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/exchange/record.hpp"
#include "domain/write_set.hpp"

namespace tidings::todo_be {

struct import_row {
    std::size_t line = 1;
    std::optional<ids::uuid> id = {};  // in the file: its subtasks name it
    create_todo what = {};
    bool due_is_local = false;  // see record
    violations wrong = {};      // if there are any, it is no to-do
};

// What a record says. `now`: nothing was done later.
import_row row_of(record r, ids::timestamp now);

class import_file {
  public:
    explicit import_file(file_format f) : reader_(make_reader(f)) {}

    // The rows that end in this piece. A byte order mark at the beginning is passed over.
    std::vector<import_row> feed(std::string_view piece);
    std::vector<import_row> end();
    const violations& broken() const { return reader_->broken(); }

  private:
    std::vector<import_row> judged();

    std::unique_ptr<record_reader> reader_;
    std::vector<record> records_;
    std::string begin_;  // of the file, while it may be a mark
    bool begun_ = false;
};

}  // namespace tidings::todo_be
