#include "http/server/cross_site.hpp"

#include "http/message/problem.hpp"

namespace tidings::http {

bool is_cross_site(const request& r) {
    const std::string_view site = r.header("sec-fetch-site");
    if (!site.empty()) return site != "same-origin" && site != "none";
    const std::string_view origin = r.header("origin");
    if (origin.empty()) return false;
    const auto scheme_end = origin.find("://");
    return scheme_end == std::string_view::npos || origin.substr(scheme_end + 3) != r.header("host");
}

guard refuse_cross_site(std::string detail) {
    return [detail = std::move(detail)](request& r) -> std::optional<response> {
        if (is_cross_site(r)) return problem(403, detail);
        return std::nullopt;
    };
}

}  // namespace tidings::http
