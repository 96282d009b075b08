// GET /api/todos:export: the to-dos as a file.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "api/access/places.hpp"
#include "api/exchange/export_stream.hpp"
#include "api/guarded_route.hpp"
#include "api/todo_json.hpp"
#include "domain/todo_store.hpp"
#include "http/server/router.hpp"

namespace tidings::todo_be {

class export_routes {
  public:
    // The references must outlive the router that add_to() fills.
    export_routes(todo_store& store, const todo_json& json) : store_(store), json_(json) {}

    void add_to(http::router& router, const entry_rules& entry);

  private:
    runtime::task<http::response> write(http::request& r);

    todo_store& store_;
    const todo_json& json_;
    account_store* accounts_ = nullptr;
    places places_{most_exports};
};

}  // namespace tidings::todo_be
