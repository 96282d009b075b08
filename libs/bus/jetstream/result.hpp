// A value or an error of libs/bus.
#pragma once

#include <boost/system/result.hpp>

#include "bus/connection/errc.hpp"

namespace tidings::bus {

template <class T = void>
using result = boost::system::result<T>;

}  // namespace tidings::bus
