#include "http/message/status.hpp"

#include <boost/beast/http/status.hpp>

namespace tidings::http {

std::string_view reason_phrase(unsigned status) {
    // What Beast 1.81 does not know, or knows by a former name.
    switch (status) {
        case 103:
            return "Early Hints";
        case 413:
            return "Content Too Large";
        case 422:
            return "Unprocessable Content";
        case 425:
            return "Too Early";
        default:
            break;
    }
    namespace beast = boost::beast::http;
    const auto known = beast::int_to_status(status);
    return known == beast::status::unknown ? std::string_view("Unknown") : std::string_view(obsolete_reason(known));
}

bool may_have_body(unsigned status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace tidings::http
