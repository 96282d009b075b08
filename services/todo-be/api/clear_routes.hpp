// POST /api/todos:clear-done: deletes what is done.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "domain/todo_store.hpp"
#include "http/server/router.hpp"

namespace tidings::todo_be {

class clear_routes {
  public:
    // `store` must outlive the router that add_to() fills.
    explicit clear_routes(todo_store& store);

    void add_to(http::router& router, const std::vector<http::guard>& entry);

  private:
    runtime::task<http::response> clear(http::request& r);
    // In one commit, or several when they are large; how many were deleted.
    runtime::task<std::size_t> remove(std::vector<remove_todo> todos, const request_context& context);

    todo_store& store_;
};

}  // namespace tidings::todo_be
