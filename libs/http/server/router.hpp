// Which handler serves which request: a table of routes.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/server/route.hpp"

namespace tidings::http {

class router {
  public:
    // `base_path`, such as "/project", may precede every path; requests are accepted with and without it.
    explicit router(std::string base_path = {});

    // GET routes serve HEAD as well. Throws std::logic_error when method and pattern are there already.
    void add(http::method m, std::string pattern, handler h, route_options o = {}) {
        add({m, std::move(pattern), std::move(h), std::move(o)});
    }
    void add(route r);

    // Empty, or with a slash before it and none behind.
    const std::string& base_path() const { return base_path_; }
    // The shortest body_timeout or handler_timeout that a route has.
    std::optional<std::chrono::milliseconds> shortest_timeout() const;
    // Every route's method and pattern, in the order in which they match.
    std::vector<std::pair<method, std::string>> routes() const;

    // What became of a lookup. `route` is null when nothing matched; then `allowed` says whether the path exists for
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
        std::string suffix{};  // literal, behind the parameter

        // The order in which patterns are tried: literals, then parameters with a suffix, then others.
        int kind() const { return !is_param ? 0 : suffix.empty() ? 2 : 1; }
    };
    struct entry {
        http::route route;
        std::vector<segment> segments;
    };
    using cut_path = std::vector<std::string_view>;
    static std::vector<segment> compile(std::string_view pattern);
    static bool fits(const entry& e, const cut_path& path);
    static bool has_suffix(const entry& e);
    std::string_view without_base(std::string_view path) const;
    const entry* choose(method m, const cut_path& path, std::vector<method>& allowed) const;
    match lookup(request& r, std::string_view path) const;

    std::string base_path_;
    // Sorted: at the first place where two patterns differ in kind, a literal comes before a parameter, so that
    // "/todos/archive" wins over "/todos/{id}", and that one with a suffix over that without.
    std::vector<entry> entries_;
};

}  // namespace tidings::http
