#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <span>

#include "http/message/message.hpp"

namespace tidings::http {

namespace {

struct phrase {
    unsigned status;
    std::string_view text;
};

// The IANA registry of status codes; sorted.
constexpr std::array phrases{
    phrase{100, "Continue"},
    phrase{101, "Switching Protocols"},
    phrase{103, "Early Hints"},
    phrase{200, "OK"},
    phrase{201, "Created"},
    phrase{202, "Accepted"},
    phrase{203, "Non-Authoritative Information"},
    phrase{204, "No Content"},
    phrase{205, "Reset Content"},
    phrase{206, "Partial Content"},
    phrase{300, "Multiple Choices"},
    phrase{301, "Moved Permanently"},
    phrase{302, "Found"},
    phrase{303, "See Other"},
    phrase{304, "Not Modified"},
    phrase{307, "Temporary Redirect"},
    phrase{308, "Permanent Redirect"},
    phrase{400, "Bad Request"},
    phrase{401, "Unauthorized"},
    phrase{402, "Payment Required"},
    phrase{403, "Forbidden"},
    phrase{404, "Not Found"},
    phrase{405, "Method Not Allowed"},
    phrase{406, "Not Acceptable"},
    phrase{407, "Proxy Authentication Required"},
    phrase{408, "Request Timeout"},
    phrase{409, "Conflict"},
    phrase{410, "Gone"},
    phrase{411, "Length Required"},
    phrase{412, "Precondition Failed"},
    phrase{413, "Content Too Large"},
    phrase{414, "URI Too Long"},
    phrase{415, "Unsupported Media Type"},
    phrase{416, "Range Not Satisfiable"},
    phrase{417, "Expectation Failed"},
    phrase{421, "Misdirected Request"},
    phrase{422, "Unprocessable Content"},
    phrase{423, "Locked"},
    phrase{424, "Failed Dependency"},
    phrase{425, "Too Early"},
    phrase{426, "Upgrade Required"},
    phrase{428, "Precondition Required"},
    phrase{429, "Too Many Requests"},
    phrase{431, "Request Header Fields Too Large"},
    phrase{451, "Unavailable For Legal Reasons"},
    phrase{500, "Internal Server Error"},
    phrase{501, "Not Implemented"},
    phrase{502, "Bad Gateway"},
    phrase{503, "Service Unavailable"},
    phrase{504, "Gateway Timeout"},
    phrase{505, "HTTP Version Not Supported"},
    phrase{507, "Insufficient Storage"},
    phrase{511, "Network Authentication Required"},
};

constexpr std::size_t most_errors = 20;
constexpr std::size_t longest_text = 512;

boost::json::array to_json(const std::vector<field_error>& errors) {
    boost::json::array all;
    for (const auto& e : std::span(errors).first(std::min(errors.size(), most_errors)))
        all.push_back(boost::json::object{{"field", shortened(e.field, longest_text)},
                                          {"detail", shortened(e.detail, longest_text)}});
    return all;
}

}  // namespace

std::string_view reason_phrase(unsigned status) {
    const auto* const found = std::lower_bound(phrases.begin(), phrases.end(), status,
                                               [](const phrase& p, unsigned wanted) { return p.status < wanted; });
    return found != phrases.end() && found->status == status ? found->text : "Unknown";
}

std::string_view shortened(std::string_view text, std::size_t longest) {
    if (text.size() <= longest) return text;
    auto end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return text.substr(0, end);
}

response problem(unsigned status, std::string_view detail, const std::vector<field_error>& errors) {
    boost::json::object body{{"type", "about:blank"},
                             {"title", reason_phrase(status)},
                             {"status", status},
                             {"detail", shortened(detail, longest_text)}};
    if (!errors.empty()) body["errors"] = to_json(errors);
    response r;
    r.status = status;
    r.content_type = "application/problem+json";
    r.headers.emplace_back("Cache-Control", "no-store");  // 404, 405, 410, 414 and 501 could be kept (RFC 9110, 15.1)
    r.body = boost::json::serialize(body);
    return r;
}

}  // namespace tidings::http
