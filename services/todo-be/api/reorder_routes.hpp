// POST /api/todos:reorder: moves to-dos to another place in the list by order.
#pragma once

#include <string>

#include "api/guarded_route.hpp"
#include "api/reorder_body.hpp"
#include "api/todo_json.hpp"
#include "domain/reorder.hpp"
#include "domain/todo_store.hpp"
#include "http/server/router.hpp"

namespace tidings::todo_be {

class reorder_routes {
  public:
    // The references must outlive the router that add_to() fills.
    reorder_routes(todo_store& store, const todo_json& json);

    void add_to(http::router& router, const entry_rules& entry);

  private:
    runtime::task<http::response> move(http::request& r);
    // Nothing when a to-do was removed meanwhile: read again.
    runtime::task<std::optional<http::response>> attempt(const move_request& wanted,
                                                         const std::optional<idempotency>& once,
                                                         const request_context& context);
    runtime::task<surroundings> read_surroundings(user_id by, const move_request& wanted, std::optional<placed> beside);
    runtime::task<std::vector<placed>> read_others(user_id by, const move_request& wanted, list_query q);
    runtime::task<> read_those_without(user_id by, const move_request& wanted, placed last, surroundings& around);

    todo_store& store_;
    const todo_json& json_;
};

}  // namespace tidings::todo_be
