// One to-do of a file to import, as its format has it: members as in JSON, not judged yet.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "api/exchange/file_format.hpp"
#include "domain/errc.hpp"

namespace tidings::todo_be {

inline constexpr std::size_t longest_record = 65'536;  // bytes of a file that may belong to one to-do

struct record {
    std::size_t line = 1;  // of the file, where it begins
    boost::json::object members = {};
    bool due_is_local = false;  // `due` is the time of `due_time_zone`, and only written as if it were UTC
    violations wrong = {};      // why it cannot be read; then it has no members
};

// Takes a file in pieces of any size, cut anywhere; holds one record at most. A record that cannot be read does not
// keep the next ones from it.
class record_reader {
  public:
    virtual ~record_reader() = default;

    // Appends the records that end in this piece.
    virtual void feed(std::string_view piece, std::vector<record>& out) = 0;
    // The file has ended.
    virtual void end(std::vector<record>& out) = 0;
    // Not empty: the file as a whole cannot be read, and nothing more comes of it.
    const violations& broken() const { return broken_; }

  protected:
    violations broken_;
};

std::unique_ptr<record_reader> make_reader(file_format f);

}  // namespace tidings::todo_be
