#include "service_router.hpp"

#include <utility>

#include "documents.hpp"

namespace tidings::broadcaster {

http::router service_router(std::string base_path, webhook_api api, const observe::health& health) {
    http::router router(std::move(base_path));
    // The alias: the one health that a gateway leads to, as it is below the broadcaster's own path.
    http::add_health_routes(
        router, [&health] { return health.ready(); }, [&health] { return health.verbose(); }, {"/api/webhooks/health"});
    http::add_documents(router, documents());
    add_webhook_routes(router, std::move(api));
    return router;
}

}  // namespace tidings::broadcaster
