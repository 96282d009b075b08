// A to-do as JSON, the same in responses and in events. Built by appending: no document tree on the hot path.
#pragma once

#include <string>
#include <string_view>

#include "domain/todo.hpp"

namespace tidings::todo_be {

class todo_json {
  public:
    // `prefix`: where the to-dos are, such as "/project/api/todos/"; the URL of one is this and its id.
    explicit todo_json(std::string prefix);

    void append(std::string& out, const todo& t) const;
    std::string text(const todo& t) const;
    std::string url(const ids::uuid& id) const;

  private:
    std::string prefix_;
};

// Only the fields that clients set: equal fields give equal bytes, regardless of how the client wrote them. Fields that
// came later are there only when they are not their default, so that a request of before keeps its bytes.
std::string canonical_json(const todo_fields& f);

}  // namespace tidings::todo_be
