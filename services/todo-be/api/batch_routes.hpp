// POST /api/todos:batch: many operations in one commit.
#pragma once

#include <string>

#include "api/batch_body.hpp"
#include "api/guarded_route.hpp"
#include "api/todo_json.hpp"
#include "domain/todo_store.hpp"
#include "http/server/router.hpp"

namespace tidings::todo_be {

class batch_routes {
  public:
    // The references must outlive the router that add_to() fills. `versions`: whether operations need one.
    batch_routes(todo_store& store, const todo_json& json, bool versions);

    void add_to(http::router& router, const entry_rules& entry);

  private:
    runtime::task<http::response> write(http::request& r);

    todo_store& store_;
    const todo_json& json_;
    bool versions_;
};

}  // namespace tidings::todo_be
