// The errors of libs/bus.
#pragma once

#include <boost/system/error_code.hpp>
#include <type_traits>

namespace tidings::bus {

enum class errc {
    disconnected = 1,  // no connection to a server: nothing was sent, or the reply can no longer arrive
    timeout,           // no reply within the deadline
    no_responders,     // no subscription takes the subject (status 503): JetStream is off, or no stream has the subject
    refused,           // the server replied with an error; connection::last_error() has its text
    not_found,         // the stream, consumer, message or key does not exist (JetStream's 404)
    wrong_sequence,    // compare-and-set failed: the key has been written since
    too_large,         // larger than the server's max_payload
    already_exists,    // a stream or consumer of that name exists with another configuration
};
const boost::system::error_category& bus_category();
boost::system::error_code make_error_code(errc e);

}  // namespace tidings::bus

template <>
struct boost::system::is_error_code_enum<tidings::bus::errc> : std::true_type {};
