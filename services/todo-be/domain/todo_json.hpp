// A to-do as JSON, the same in answers and in events. Built by appending: no document tree on the hot path.
#pragma once

#include <string>
#include <string_view>

#include "domain/todo.hpp"

namespace tidings::todo_be {

// Where the to-dos live, such as "/project/api/todos/": `url` is this and the id.
struct self_link {
    std::string prefix;
};

void append_json(std::string& out, const todo& t, const self_link& link);
// Only what people set: the same fields give the same bytes, whatever the client's spelling was.
void append_json(std::string& out, const todo_fields& f);

}  // namespace tidings::todo_be
