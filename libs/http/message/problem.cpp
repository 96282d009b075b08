#include "http/message/problem.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <span>

#include "http/message/status.hpp"
#include "text/utf8.hpp"

namespace tidings::http {

namespace {

constexpr std::size_t most_errors = 20;
constexpr std::size_t longest_text = 512;

boost::json::array to_json(const std::vector<field_error>& errors) {
    boost::json::array all;
    for (const auto& e : std::span(errors).first(std::min(errors.size(), most_errors)))
        all.push_back(boost::json::object{{"field", text::shortened(e.field, longest_text)},
                                          {"detail", text::shortened(e.detail, longest_text)}});
    return all;
}

}  // namespace

content problem(unsigned status, std::string_view detail, const std::vector<field_error>& errors) {
    boost::json::object body{{"type", "about:blank"},
                             {"title", reason_phrase(status)},
                             {"status", status},
                             {"detail", text::shortened(detail, longest_text)}};
    if (!errors.empty()) body["errors"] = to_json(errors);
    content r;
    r.status = status;
    r.content_type = problem_type;
    r.headers.emplace_back("Cache-Control", "no-store");  // 404, 405, 410, 414 and 501 could be kept (RFC 9110, 15.1)
    r.body = boost::json::serialize(body);
    return r;
}

void name_request(content& r, std::string_view id) {
    r.body.pop_back();
    r.body.append(",\"request_id\":\"").append(id).append("\"}");
}

content unavailable(std::string_view detail, unsigned retry_after_seconds) {
    auto r = problem(503, detail);
    r.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds));
    return r;
}

}  // namespace tidings::http
