// /api/todos: the table of routes and their handlers, each of them parse, call, map.
#pragma once

#include <optional>
#include <string>

#include "api/batch_routes.hpp"
#include "api/cached_reads.hpp"
#include "api/calendar_routes.hpp"
#include "api/clear_routes.hpp"
#include "api/export_routes.hpp"
#include "api/guarded_route.hpp"
#include "api/import_routes.hpp"
#include "api/reorder_routes.hpp"
#include "api/todo_json.hpp"
#include "domain/todo_store.hpp"
#include "http/server/router.hpp"

namespace tidings::todo_be {

struct access_rules {
    entry_rules entry;                  // of all routes: who may use the API, and how often
    std::vector<http::guard> limits{};  // of what has a secret of its own: how often
    entry_rules from_any_origin{};      // of what pages of any origin may use
    calendar_links links{};             // of the calendar, where there are users
    bool require_if_match = false;      // PUT, PATCH and DELETE without it are refused with 428 (RFC 6585)
    std::size_t import_limit = std::size_t{64} << 20U;  // bytes of a file to import
    std::string calendar_secret = {};                   // empty: there is no calendar
};

class todo_routes {
  public:
    // All references must outlive the router that add_to() fills.
    todo_routes(todo_store& store, cached_reads& reads, access_rules rules, todo_json json);

    void add_to(http::router& router);
    const entry_rules& entry() const { return rules_.entry; }
    const access_rules& rules() const { return rules_; }

  private:
    using action = runtime::task<http::response> (todo_routes::*)(http::request&);

    runtime::task<http::response> create(http::request& r);
    runtime::task<http::response> list(http::request& r);
    runtime::task<http::response> read(http::request& r);
    runtime::task<http::response> replace(http::request& r);
    runtime::task<http::response> patch(http::request& r);
    runtime::task<http::response> remove(http::request& r);
    runtime::task<http::response> restore(http::request& r);
    runtime::task<http::response> change(http::request& r, change_todo wanted, std::optional<idempotency> once,
                                         const violations& wrong);
    runtime::task<http::response> change_once(const http::request& r, change_todo wanted, idempotency once,
                                              const violations& wrong);
    runtime::task<http::response> remove_once(const http::request& r, remove_todo wanted, idempotency once);
    result<precondition> condition_of(const http::request& r) const;

    todo_store& store_;
    cached_reads& reads_;
    access_rules rules_;
    todo_json json_;
    batch_routes batch_;
    clear_routes clear_;
    reorder_routes reorder_;
    export_routes export_;
    calendar_routes calendar_;
    import_routes import_;
};

}  // namespace tidings::todo_be
