// GET /api/todos.ics: a calendar of to-dos to subscribe to, by a secret link: calendars send no tokens.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "api/todo_json.hpp"
#include "domain/todo_store.hpp"
#include "http/server/router.hpp"

namespace tidings::todo_be {

class calendar_routes {
  public:
    // The references must outlive the router that add_to() fills. `secret` empty: there is no calendar.
    calendar_routes(todo_store& store, const todo_json& json, std::string secret)
        : store_(store), json_(json), secret_(std::move(secret)) {}

    // `link`: who asks, by the link; without it, whoever knows the secret.
    void add_to(http::router& router, const std::vector<http::guard>& limits, const http::admission& link);

  private:
    runtime::task<http::response> write(http::request& r);

    todo_store& store_;
    const todo_json& json_;
    std::string secret_;
    std::shared_ptr<std::size_t> running_ = std::make_shared<std::size_t>(0);
};

}  // namespace tidings::todo_be
