// The API as others have it: Todo-Backend (https://todobackend.com) and the course "DevOps with Kubernetes". The same
// to-dos, rules and events as /api, in other words. docs/other-apis.md says what each can do.
#pragma once

#include <memory>

#include "api/guarded_route.hpp"
#include "api/todo_json.hpp"
#include "domain/todo_store.hpp"
#include "http/server/cors.hpp"
#include "http/server/router.hpp"

namespace tidings::todo_be {

struct compat_rules {
    entry_rules entry;              // who may ask, and how often
    entry_rules from_any_origin;    // the same, for pages of any origin
    bool require_if_match = false;  // as of /api
    http::cors_options cors{};      // what the server itself says of origins
};

// `store` must outlive the router.
//
// /api/compat/todo-backend and /api/compat/todo-backend/{id}: a to-do is title, completed, order and url. A page of any
// origin may use it.
void add_todo_backend_routes(http::router& router, todo_store& store, compat_rules rules);
// GET and POST /todos, with `todo=` of a form or as JSON; PUT /todos/{id}, with {"done": true}. To-dos are as in /api.
void add_course_routes(http::router& router, todo_store& store, compat_rules rules, todo_json json);

// The oldest, as many as a page can have.
inline list_query all_todos() {
    return {.limit = longest_page, .sort = {.by = sort_key::created, .descending = false}};
}

// The versions that a change is about. Fails as that of /api.
result<precondition> condition_of(const http::request& r, const compat_rules& rules);

}  // namespace tidings::todo_be
