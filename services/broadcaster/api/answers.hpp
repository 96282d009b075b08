// Problems that several operations answer with.
#pragma once

#include <boost/system/error_code.hpp>

#include "http/message/problem.hpp"

namespace tidings::broadcaster {

// What a read from JetStream failed with: 404 for not found, else 503 with Retry-After.
http::content bus_problem(boost::system::error_code failure);

}  // namespace tidings::broadcaster
