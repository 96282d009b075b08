// A to-do as Todo-Backend has it: {"id", "title", "completed", "order", "url"}. Pure.
#pragma once

#include <string>
#include <string_view>

#include "domain/todo_patch.hpp"

namespace tidings::todo_be {

// `prefix`: the absolute URL of all of them, with a slash behind.
void append_todo_backend(std::string& out, const todo& t, std::string_view prefix);

// What a body sets. `id` and `url` are passed over. Fails as patch_from does; `wrong` has the names of the body.
result<todo_patch> read_todo_backend(std::string_view body, violations& wrong);

}  // namespace tidings::todo_be
