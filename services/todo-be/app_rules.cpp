// Who may use the API: one user, or many.
#include <utility>

#include "api/compat/compat_routes.hpp"
#include "app.hpp"
#include "http/server/bearer.hpp"
#include "service_router.hpp"

namespace tidings::todo_be {

std::optional<rate_limiter> app::limiter() {
    if (settings_.rate_limit == 0) return std::nullopt;
    const limits::rate rate{settings_.rate_limit, settings_.rate_limit_window};
    auto& buckets = buckets_.emplace(rate);
    if (!cache_server_) return rate_limiter(buckets, rate, settings_.trusted_proxies);
    shared_rates_ = std::make_unique<shared_rates>(ctx_.get_executor(), *cache_server_, buckets, rate);
    return rate_limiter(buckets, rate, settings_.trusted_proxies, [this] { shared_rates_->spent(); });
}

access_rules app::rules() {
    access_rules r{.entry = {},
                   .limits = {},
                   .from_any_origin = {},
                   .require_if_match = settings_.require_if_match,
                   .import_limit = settings_.import_body_limit,
                   .calendar_secret = settings_.calendar_secret};
    if (settings_.identity) {
        r.entry = rules_for_users();
        r.from_any_origin = {{doorkeeper_->ask_for_token()}, r.entry.admission};
        r.links = {doorkeeper_->admission_by_link(settings_.calendar_secret),
                   doorkeeper_->admission_by_link(settings_.calendar_secret, true)};
        return r;
    }
    if (auto l = limiter()) r.limits.push_back(limit_rate(std::move(*l)));
    r.entry.guards = r.from_any_origin.guards = r.limits;
    r.from_any_origin.guards.push_back(http::require_bearer(settings_.api.token));
    r.entry.guards.push_back(refuse_other_sites(settings_.cors));
    r.entry.guards.push_back(http::require_bearer(settings_.api.token));
    return r;
}

entry_rules app::rules_for_users() {
    provider_ = make_verifier(ctx_.get_executor(), settings_.oidc, metrics_);
    auto& door = doorkeeper_.emplace(
        accounts_,
        doorkeeper_options{.api_token = settings_.api.token, .provider = provider_.get(), .limiter = limiter()});
    entry_rules entry;
    entry.guards = {refuse_other_sites(settings_.cors), door.ask_for_token()};
    entry.accounts = &accounts_;
    entry.admission = [&door](scope needed) { return door.admission(needed); };
    entry.list_admission = [&door](scope needed) { return door.list_admission(needed); };
    entry.confirmation = [&door](scope needed) { return door.confirmation(needed); };
    return entry;
}

list_routes_options app::list_rules() {
    return {.entry = api_.entry(),
            .base = settings_.api.base_path + "/api/lists/",
            .require_if_match = settings_.require_if_match,
            .on_changed = [this](user_id list) {
                if (doorkeeper_) doorkeeper_->forget(list);
            }};
}

http::router app::routes() {
    auto all = service_router(settings_.api.base_path, api_, event_api_, token_api_, list_api_, health_);
    if (!settings_.compat) return all;
    const auto& known = api_.rules();
    const compat_rules rules{known.entry, known.from_any_origin, known.require_if_match, settings_.cors};
    add_todo_backend_routes(all, store_, rules);
    add_course_routes(all, store_, rules, json_);
    return all;
}

}  // namespace tidings::todo_be
