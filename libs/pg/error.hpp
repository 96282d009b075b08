// Errors of the server and the network, distinguished by SQLSTATE.
#pragma once

#include <stdexcept>
#include <string>

namespace tidings::pg {

struct error : std::runtime_error {
    error(std::string state, const std::string& what) : std::runtime_error(what), sqlstate(std::move(state)) {}
    std::string sqlstate;  // five characters; "08006" for whatever breaks the connection, a deadline included

    // Class 08, 57P01..57P03 (shutdown, crash, starting), 53 (out of resources), 57014 and 55P03 (a statement or a lock
    // took too long), 25006 (read-only), 26000 and 42P05 (a pooler that shares prepared statements): the world is
    // broken, try again later.
    bool unavailable() const;
    // 08004: the connection was rejected: a wrong password, no such user or database, a certificate that is not
    // trusted, a server without the TLS that is asked for, a pooler without sessions. An operator must fix that; for a
    // request it counts as unavailable() like any other.
    bool refused() const { return sqlstate == "08004"; }
};

}  // namespace tidings::pg
