// Where a new endpoint begins: at an exact sequence of its source stream, asked for when it is made.
#pragma once

#include <boost/system/result.hpp>

#include "bus/connection/connection.hpp"
#include "domain/endpoint_store.hpp"

namespace tidings::broadcaster {

// What is published from now on, unless the endpoint asks for a past. `default_stream`: the broadcaster's own, which it
// makes itself.
runtime::task<boost::system::result<start_point, write_failure>> start_of(bus::connection& c, endpoint e,
                                                                          std::string default_stream);

}  // namespace tidings::broadcaster
