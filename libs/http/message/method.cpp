#include "http/message/method.hpp"

namespace tidings::http {

std::string_view to_string(method m) {
    switch (m) {
        case method::get:
            return "GET";
        case method::head:
            return "HEAD";
        case method::post:
            return "POST";
        case method::put:
            return "PUT";
        case method::patch:
            return "PATCH";
        case method::delete_:
            return "DELETE";
        case method::options:
            return "OPTIONS";
        case method::trace:
            return "TRACE";
        case method::connect:
            return "CONNECT";
        case method::other:
            break;
    }
    return "other";
}

}  // namespace tidings::http
