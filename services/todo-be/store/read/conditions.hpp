// What a statement's where clause says.
#pragma once

#include <string>
#include <string_view>

#include "pg/parameters.hpp"

namespace tidings::todo_be {

// Conditions joined by "and". A '$' without a number becomes that of the value that was appended to `values` for it.
class conditions {
  public:
    void add(std::string_view condition, const pg::parameters& values) {
        begin();
        const auto at = condition.find("$::") + 1;
        sql_.append(condition, 0, at).append(std::to_string(values.size())).append(condition, at);
    }
    void add(std::string_view condition) {
        begin();
        sql_.append(condition);
    }
    const std::string& sql() const { return sql_; }

  private:
    void begin() { sql_ += sql_.empty() ? " where " : " and "; }

    std::string sql_;
};

}  // namespace tidings::todo_be
