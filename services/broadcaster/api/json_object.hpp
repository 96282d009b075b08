// The JSON object that a request's body holds.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <string>
#include <string_view>

namespace tidings::broadcaster {

// The object, or what is wrong with the body and where: "is not valid JSON at line 2, column 5". A name that an object
// has twice is wrong: one of its values would be lost. At most 8 deep.
boost::system::result<boost::json::object, std::string> read_object(std::string_view body);

}  // namespace tidings::broadcaster
