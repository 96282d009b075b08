#include "http/server/health_routes.hpp"

#include "runtime/version.hpp"

namespace tidings::http {

namespace {

content plain_text(unsigned status, std::string text) {
    content r;
    r.status = status;
    r.content_type = "text/plain; charset=utf-8";
    r.body = std::move(text);
    r.headers.emplace_back("Cache-Control", "no-store");
    r.headers.emplace_back("Tidings-Commit", runtime::commit());
    return r;
}

struct health_endpoint {
    std::function<bool()> ok;
    std::function<std::string()> verbose;

    runtime::task<response> operator()(request& r) const {
        const bool fine = ok();
        std::string text = verbose && r.query_value("verbose") ? verbose() : fine ? "ok\n" : "not ready\n";
        co_return plain_text(fine ? 200 : 503, std::move(text));
    }
};

}  // namespace

void add_health_routes(router& r, std::function<bool()> ready, std::function<std::string()> verbose,
                       const std::vector<std::string>& aliases) {
    const health_endpoint alive{[] { return true; }, verbose};
    const health_endpoint readiness{ready, std::move(verbose)}, brief{std::move(ready), {}};
    route_options options;
    options.any_host = true;
    for (const char* path : {"/livez", "/healthz", "/health/live"})
        r.add(method::get, path, alive, options);
    for (const char* path : {"/readyz", "/health", "/health/ready"})
        r.add(method::get, path, readiness, options);
    for (const auto& path : aliases)
        r.add(method::get, path, brief, options);
}

}  // namespace tidings::http
