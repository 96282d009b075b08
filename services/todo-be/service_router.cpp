#include "service_router.hpp"

#include <utility>

#include "documents.hpp"

namespace tidings::todo_be {

http::router service_router(std::string base_path, todo_routes& api, event_routes& events, token_routes& tokens,
                            list_routes& lists, const observe::health& health) {
    http::router router(std::move(base_path));
    api.add_to(router);
    events.add_to(router);
    tokens.add_to(router);
    lists.add_to(router);
    http::add_documents(router, documents(), api.rules().limits);
    http::add_health_routes(
        router, [&health] { return health.ready(); }, [&health] { return health.verbose(); },
        {"/be-health", "/be/health"});
    return router;
}

}  // namespace tidings::todo_be
