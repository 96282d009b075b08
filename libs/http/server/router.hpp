// Which handler serves which request: a table of method, path pattern and function.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message/message.hpp"
#include "runtime/task.hpp"

namespace tidings::http {

using handler = std::function<runtime::task<response>(request&)>;

// Refuses a request for what its line and headers tell; `body` is not there yet.
using head_check = std::function<std::optional<response>(const request&)>;

struct route {
    http::method method;
    std::string pattern;  // "/api/todos/{id}"; a {name} matches one segment
    http::handler handler;
    bool for_any_host = false;  // whatever server_options::allowed_hosts says
    head_check by_head{};       // asked before the handler, and before a client is told to send its body (100-continue)
};

class router {
  public:
    // `base_path`, such as "/project", may precede every path; requests are accepted with and without it.
    explicit router(std::string base_path = {});

    // GET routes serve HEAD as well. Throws std::logic_error when method and pattern are there already.
    void add(http::method m, std::string pattern, handler h) { add({m, std::move(pattern), std::move(h)}); }
    void add(route r);

    // Every route's method and pattern, in the order in which they match.
    std::vector<std::pair<method, std::string>> routes() const;

    // What became of a lookup. `route` is null when nothing matched; then `allowed` tells whether the path exists for
    // other methods (405 with Allow; OPTIONS answers 204 with Allow) or not at all (404).
    struct match {
        const http::route* route = nullptr;
        std::vector<http::method> allowed;
    };
    // Sets request::path and request::params.
    match find(request& r) const;

  private:
    // A pattern cut at its slashes.
    struct segment {
        std::string text;  // literal, or the parameter's name
        bool is_param;
    };
    struct entry {
        http::route route;
        std::vector<segment> segments;
    };
    using cut_path = std::vector<std::string_view>;
    static std::vector<segment> compile(std::string_view pattern);
    static bool fits(const entry& e, const cut_path& path);
    std::string_view without_base(std::string_view path) const;
    const entry* choose(method m, const cut_path& path, std::vector<method>& allowed) const;
    match lookup(request& r, std::string_view path) const;

    std::string base_path_;
    // Sorted: at the first place where two patterns differ in kind, a literal comes before a parameter, so that
    // "/todos/archive" wins over "/todos/{id}".
    std::vector<entry> entries_;
};

// GET /livez and /healthz answer 200 as long as the process runs; GET /readyz and /health 200 or 503 by `ready`; each
// with
// `?verbose` the text of `verbose`. `aliases` are further paths that answer as /readyz does ("/be-health").
// All of them answer whatever host the request names: probes know none.
void add_health_routes(router& r, std::function<bool()> ready, std::function<std::string()> verbose,
                       const std::vector<std::string>& aliases = {});

}  // namespace tidings::http
