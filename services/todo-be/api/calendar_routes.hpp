// GET /api/todos.ics: a calendar of to-dos to subscribe to, by a secret link: calendars send no tokens.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "api/access/places.hpp"
#include "api/exchange/export_stream.hpp"
#include "api/guarded_route.hpp"
#include "api/todo_json.hpp"
#include "domain/account_store.hpp"
#include "domain/todo_store.hpp"
#include "http/server/router.hpp"

namespace tidings::todo_be {

// Who asks, by the link, where there are users; else whoever knows the secret.
struct calendar_links {
    http::admission own = {}, of_list = {};
};

class calendar_routes {
  public:
    // The references must outlive the router that add_to() fills. `secret` empty: there is no calendar.
    calendar_routes(todo_store& store, const todo_json& json, std::string secret)
        : store_(store), json_(json), secret_(std::move(secret)) {}

    void add_to(http::router& router, const entry_rules& entry, const std::vector<http::guard>& limits,
                const calendar_links& links);

  private:
    runtime::task<http::response> write(http::request& r);

    todo_store& store_;
    const todo_json& json_;
    std::string secret_;
    account_store* accounts_ = nullptr;
    places places_{most_exports};
};

}  // namespace tidings::todo_be
