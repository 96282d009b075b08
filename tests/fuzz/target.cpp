// A request's target: path and query, percent-decoded.
#include "http/message/target.hpp"

#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    for (const bool plus_is_space : {false, true}) {
        const auto text = http::percent_decode(bytes, plus_is_space);
        if (text) require(text->find('\0') == std::string::npos && text->size() <= bytes.size(), "no NUL, no growth");
    }
    http::request r;
    r.target = std::string(bytes);
    if (!http::parse_target(r)) return;
    require(r.path.empty() || r.path.front() == '/' || r.path == "*", "a path begins with a slash");
    for (const auto& [name, value] : r.query)
        require(r.query_value(name).has_value(), "a parameter that is there is found");
}

}  // namespace tidings::fuzz
