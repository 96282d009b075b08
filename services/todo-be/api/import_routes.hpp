// POST /api/todos:import: to-dos from a file.
#pragma once

#include <cstddef>
#include <string>

#include "api/access/places.hpp"
#include "api/guarded_route.hpp"
#include "domain/todo_store.hpp"
#include "http/server/router.hpp"

namespace tidings::todo_be {

class import_routes {
  public:
    // `store` must outlive the router that add_to() fills. `limit`: bytes of a file.
    import_routes(todo_store& store, std::size_t limit);

    void add_to(http::router& router, const entry_rules& entry);

  private:
    runtime::task<http::response> run(http::request& r);

    todo_store& store_;
    std::size_t limit_;
    account_store* accounts_ = nullptr;
    places places_;
};

}  // namespace tidings::todo_be
