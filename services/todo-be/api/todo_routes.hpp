// /api/todos: the table of routes and their handlers, each of them parse, call, map.
#pragma once

#include <string>

#include "api/batch_routes.hpp"
#include "api/list_cache.hpp"
#include "api/todo_json.hpp"
#include "domain/todo_store.hpp"
#include "http/server/router.hpp"

namespace tidings::todo_be {

class todo_routes {
  public:
    // `token` empty: the API is open. All references must outlive the router that add_to() fills.
    todo_routes(todo_store& store, list_cache& cache, std::string token, todo_json json);

    void add_to(http::router& router);

  private:
    using action = runtime::task<http::response> (todo_routes::*)(http::request&);

    runtime::task<http::response> create(http::request& r);
    runtime::task<http::response> list(http::request& r);
    runtime::task<http::response> read(http::request& r);
    runtime::task<http::response> replace(http::request& r);
    runtime::task<http::response> patch(http::request& r);
    runtime::task<http::response> remove(http::request& r);
    runtime::task<http::response> restore(http::request& r);
    runtime::task<http::response> change(http::request& r, change_todo wanted, const violations& wrong);

    todo_store& store_;
    list_cache& cache_;
    std::string token_;
    todo_json json_;
    batch_routes batch_;
};

}  // namespace tidings::todo_be
