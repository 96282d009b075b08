#include "api/json_object.hpp"

#include <algorithm>
#include <boost/json/error.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/parser.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "text/place.hpp"
#include "text/utf8.hpp"

namespace tidings::broadcaster {

namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 8;
constexpr std::size_t longest_name = 60;

std::string_view reason_of(const boost::system::error_code& e, std::string_view body) {
    if (body.starts_with("\xEF\xBB\xBF")) return "begins with a byte order mark";
    if (!text::is_utf8(body)) return "is not UTF-8";
    if (e == json::error::incomplete) return "ends before it is complete";
    if (e == json::error::extra_data) return "goes on behind its end";
    if (e == json::error::too_deep) return "is nested too deeply";
    return "is not valid JSON";
}

// Removes a string from the front, with its quotes. Pre: it is well-formed.
std::string_view take_string(std::string_view& rest) {
    std::size_t end = 1;
    for (; rest[end] != '"'; ++end)
        if (rest[end] == '\\') ++end;
    const auto taken = rest.substr(0, end + 1);
    rest.remove_prefix(end + 1);
    return taken;
}

// The first name that an object has twice. Pre: it is well-formed.
std::optional<std::string> repeated_name(std::string_view rest) {
    std::vector<std::set<std::string>> open;
    std::string_view latest;
    while (!rest.empty()) {
        const char c = rest.front();
        if (c == '"') {
            latest = take_string(rest);
            continue;
        }
        if (c == '{') open.emplace_back();
        if (c == '}') open.pop_back();
        if (c == ':') {
            std::string name(json::parse(latest).as_string());
            if (!open.back().insert(name).second) return name;
        }
        rest.remove_prefix(1);
    }
    return std::nullopt;
}

}  // namespace

boost::system::result<json::object, std::string> read_object(std::string_view body) {
    json::parse_options options;
    options.max_depth = deepest;
    json::parser parser({}, options);
    boost::system::error_code failure;
    const auto used = parser.write_some(body.data(), body.size(), failure);
    if (!failure && used < body.size()) failure = json::error::extra_data;
    if (failure) return "the body " + std::string(reason_of(failure, body)) + " at " + text::place_in(body, used);
    auto v = parser.release();
    if (!v.is_object()) return std::string("the body must be a JSON object");
    if (const auto name = repeated_name(body))
        return "the body has the name \"" + std::string(text::shortened(*name, longest_name)) + "\" twice";
    return std::move(v.get_object());
}

}  // namespace tidings::broadcaster
