// openapi.yaml against the router: every served route is documented and every documented one served.
#include "http/server/router.hpp"
#include "service_router.hpp"
#include "store/pg_todo_store.hpp"
#include "support/catch.hpp"
#include "support/openapi/document.hpp"

using namespace tidings;
using namespace tidings::todo_be;

TEST_CASE("openapi.yaml documents what todo-be serves and nothing else") {
    runtime::asio::io_context ctx{1};
    pg_todo_store store(ctx, {}, {});
    answer_cache cache;
    cached_reads reads(cache, {});
    todo_routes api(store, reads, {}, todo_json("/api/todos/"));
    event_feed feed(ctx, {}, {});
    event_routes events(feed, {}, std::chrono::seconds(15));
    token_routes tokens(nullptr, {}, "/api/tokens/");
    list_routes lists(nullptr, {});
    const observe::health health;

    CHECK(openapi::served(service_router({}, api, events, tokens, lists, health).routes()) ==
          openapi::documented("todo-be"));
}
