// POST /api/todos:clear-done: deletes what is done.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/guarded_route.hpp"
#include "domain/todo_store.hpp"
#include "http/server/router.hpp"

namespace tidings::todo_be {

class clear_routes {
  public:
    // `store` must outlive the router that add_to() fills.
    explicit clear_routes(todo_store& store);

    void add_to(http::router& router, const entry_rules& entry);

  private:
    runtime::task<http::response> clear(http::request& r);
    struct progress {
        std::size_t deleted = 0;
        bool more = true;
    };
    // In one commit, or several when they are large; the last one keeps the key. An answer: that of the key, which came
    // before.
    runtime::task<result<std::optional<first_answer>>> remove(std::vector<remove_todo> todos,
                                                              std::optional<idempotency> once, progress& so_far,
                                                              const request_context& context);

    todo_store& store_;
};

}  // namespace tidings::todo_be
