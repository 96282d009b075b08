// openapi.yaml against the router: every served route is documented and every documented one served.
#include "service_router.hpp"
#include "support/catch.hpp"
#include "support/openapi/document.hpp"

using namespace tidings;
using namespace tidings::broadcaster;

TEST_CASE("openapi.yaml documents what the broadcaster serves and nothing else") {
    runtime::asio::io_context ctx{1};
    bus::connection_options nowhere;
    nowhere.url = "nats://127.0.0.1:1";
    bus::connection c(ctx, nowhere);
    const observe::health health;
    const webhook_api api{.bus = c, .replays = {}, .token = {}};

    CHECK(openapi::served(service_router({}, api, health).routes()) == openapi::documented("broadcaster"));
}
