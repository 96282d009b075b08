// Where to-dos are created, from the way people write BACKEND_URL.
#pragma once

#include <string>
#include <string_view>

#include "domain/errc.hpp"

namespace tidings::todo_cron {

// "http://todo-app-be-svc:2506", with or without a slash at the end, a base path, "/api" or "/api/todos"
// -> "http://todo-app-be-svc:2506/api/todos".
result<std::string> todos_url(std::string_view backend_url);

}  // namespace tidings::todo_cron
