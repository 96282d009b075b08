// /api/lists: the lists that users share, and who is a member of them; /api/me: by which id others name one.
#pragma once

#include <functional>
#include <string>

#include "api/guarded_route.hpp"
#include "domain/list_store.hpp"

namespace tidings::todo_be {

struct list_routes_options {
    entry_rules entry;
    std::string base;               // what precedes an id in a URL
    bool require_if_match = false;  // of PATCH and DELETE of a list
    // At once, of what is done here: members of a list have changed.
    std::function<void(user_id list)> on_changed = [](user_id) {};
};

class list_routes {
  public:
    // `lists`: null where there are no users; then nothing is found. What is referred to must outlive the router that
    // add_to() fills.
    list_routes(list_store* lists, list_routes_options options) : lists_(lists), options_(std::move(options)) {}

    void add_to(http::router& router);

  private:
    using action = runtime::task<http::response> (list_routes::*)(http::request&);

    runtime::task<http::response> answered(runtime::task<http::response> answer);
    runtime::task<http::response> me(http::request& r);
    runtime::task<http::response> list(http::request& r);
    runtime::task<http::response> make(http::request& r);
    runtime::task<http::response> read(http::request& r);
    runtime::task<http::response> rename(http::request& r);
    runtime::task<http::response> remove(http::request& r);
    runtime::task<http::response> members(http::request& r);
    runtime::task<http::response> put(http::request& r);
    runtime::task<http::response> take_out(http::request& r);

    result<precondition> condition_of(const http::request& r) const;
    result<std::optional<act_once>> once_of(const http::request& r) const;
    runtime::task<http::response> act(http::request& r, list_act wanted, std::optional<ids::uuid> target,
                                      precondition expected);
    http::response answer(const http::request& r, result<act_result> made);

    list_store* lists_;
    list_routes_options options_;
};

}  // namespace tidings::todo_be
