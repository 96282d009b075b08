#include "http/server/dispatch.hpp"

#include "http/message/host.hpp"
#include "http/message/problem.hpp"
#include "http/message/target.hpp"

namespace tidings::http {

namespace {

content method_refused(const request& r, const std::vector<method>& allowed) {
    std::string list;
    for (const auto m : allowed)
        list.append(list.empty() ? "" : ", ").append(to_string(m));
    auto answer =
        r.method == method::options
            ? no_content()
            : problem(405, "This resource does not take " + std::string(to_string(r.method)) + ", only " + list + ".");
    answer.headers.emplace_back("Allow", list);
    return answer;
}

content foreign_host() {
    return problem(421,
                   "This server does not serve the host that the request names. Without a token it answers to IP "
                   "addresses, localhost, names without a dot, and those in ALLOWED_HOSTS.");
}

bool is_for_foreign_host(const request& r, const route* found, const server_options& o) {
    if (!o.check_host || (found != nullptr && found->options.any_host)) return false;
    const auto host = host_of(r);
    // No browser leaves it out, and only HTTP/1.0 may.
    return !host.empty() && !host_is_local_or_allowed(host, o.allowed_hosts);
}

// What is wrong with the request regardless of the routes.
std::optional<response> refuse_any_route(request& r) {
    if (r.method == method::other)
        return problem(501, "The method is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS.");
    // Both speak of the server as a whole and not of a resource: `*` is none, and CONNECT names another server.
    if (r.method == method::connect || (r.method == method::options && r.target == "*"))
        return method_refused(
            r, {method::get, method::head, method::post, method::put, method::patch, method::delete_, method::options});
    if (!parse_target(r))
        return problem(400, "The request target is not a path and a query in well-formed percent-encoded UTF-8.");
    return std::nullopt;
}

std::optional<response> ask(const std::vector<guard>& guards, request& r) {
    for (const auto& g : guards)
        if (auto answer = g(r)) return answer;
    return std::nullopt;
}

}  // namespace

destination find_destination(request& r, const router& routes, const server_options& options) {
    if (auto refused = refuse_any_route(r)) return {nullptr, std::move(refused)};
    const auto match = routes.find(r);
    if (is_for_foreign_host(r, match.route, options)) return {nullptr, foreign_host()};
    if (match.route != nullptr) return {match.route, ask(match.route->options.guards, r)};
    if (match.allowed.empty()) return {nullptr, problem(404, "There is nothing at this path.")};
    return {nullptr, method_refused(r, match.allowed)};
}

exchange_limits limits_of(const destination& d, const server_options& options) {
    exchange_limits limits{options.body_limit, options.body_timeout, options.handler_timeout};
    if (d.route == nullptr) return limits;
    const auto& own = d.route->options;
    limits.body = own.body_limit.value_or(limits.body);
    if (d.answered) return limits;
    limits.body_timeout = own.body_timeout.value_or(limits.body_timeout);
    limits.handler_timeout = own.handler_timeout.value_or(limits.handler_timeout);
    return limits;
}

}  // namespace tidings::http
