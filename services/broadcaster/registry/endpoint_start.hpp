// Where a new endpoint begins: at an exact sequence of its source stream, asked for when it is made.
#pragma once

#include <boost/system/result.hpp>

#include "bus/connection/connection.hpp"
#include "domain/endpoint_store.hpp"

namespace tidings::broadcaster {

struct found_start {
    start_point at;
    std::string warning;  // that it is not what one may think; empty: it is
};

// What is published from now on, unless the endpoint asks for a past. `default_stream`: the broadcaster's own, which it
// makes itself.
runtime::task<boost::system::result<found_start, write_failure>> start_of(bus::connection& c, endpoint e,
                                                                          std::string default_stream);

}  // namespace tidings::broadcaster
