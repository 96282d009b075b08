#include "api/answers.hpp"

#include "bus/connection/connection.hpp"

namespace tidings::broadcaster {

http::content bus_problem(boost::system::error_code failure) {
    if (failure == make_error_code(bus::errc::not_found))
        return http::problem(404, "there is no such record; it may have been replayed or removed, or have aged out");
    return http::unavailable("NATS does not answer now (" + failure.message() + "); try again shortly", 2);
}

}  // namespace tidings::broadcaster
