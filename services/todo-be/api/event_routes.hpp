// /api/events and /api/ws: the change feed, as pages, as server-sent events and over WebSocket.
#pragma once

#include <chrono>
#include <utility>

#include "api/event_query.hpp"
#include "api/guarded_route.hpp"
#include "feed/event_feed.hpp"
#include "http/server/router.hpp"

namespace tidings::todo_be {

class event_routes {
  public:
    // `keep_alive`: how long a stream is silent. `feed` must outlive the router that add_to() fills.
    event_routes(event_feed& feed, entry_rules entry, std::chrono::milliseconds keep_alive)
        : feed_(feed), entry_(std::move(entry)), keep_alive_(keep_alive) {}

    void add_to(http::router& router);

  private:
    runtime::task<http::response> events(http::request& r);
    runtime::task<http::response> page(user_id by, const event_query& asked);
    runtime::task<http::response> stream(const http::request& r, const event_query& asked);
    runtime::task<http::response> socket(http::request& r);
    runtime::task<bool> is_member_now(const request_access& by);

    event_feed& feed_;
    entry_rules entry_;
    std::chrono::milliseconds keep_alive_;
};

}  // namespace tidings::todo_be
