// A connection that has left HTTP (see takeover).
#pragma once

#include <string>

#include "http/message/request.hpp"
#include "http/server/session_io.hpp"

namespace tidings::http {

// All of it is valid until `takeover::run` ends, and owned by the session.
struct taken_connection {
    tcp_socket& socket;
    std::string received;  // the bytes behind the request, which were read already
    const request& upgrade;
};

}  // namespace tidings::http
