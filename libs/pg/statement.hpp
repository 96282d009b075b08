// A statement that a connection prepares at its first use there.
#pragma once

#include <string>
#include <string_view>

namespace tidings::pg {

// Owns its text, so that it can be built at run time. A connection keeps the statements prepared that it used last.
class statement {
  public:
    // `label` says in logs and in PostgreSQL what the statement is for: at most 40 characters of [a-z0-9_].
    statement(std::string_view label, std::string sql);

    const std::string& sql() const { return sql_; }
    // Under which it is prepared: the label and a digest of the text. Equal texts share it, others have their own.
    const std::string& name() const { return name_; }

  private:
    std::string sql_;
    std::string name_;
};

}  // namespace tidings::pg
