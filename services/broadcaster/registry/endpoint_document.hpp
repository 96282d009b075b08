// An endpoint as JSON, as the API takes it and the bucket stores it: the keys of the YAML file, durations as text
// ("15s").
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

#include "domain/endpoint_rules.hpp"

namespace tidings::broadcaster {

// `wrong` gets one entry per member that is unknown or of another type; then the spec must not be used. `secrets` are
// part of it.
endpoint_spec read_document(const boost::json::object& document, endpoint_spec defaults, violations& wrong);

// RFC 7396: null takes a member away, what is not named stays.
void merge_patch(boost::json::object& target, const boost::json::object& patch);

// What PUT makes of an endpoint that `before` describes. What GET gave may be put: members that it only shows are
// passed over, and the url, which nobody can read, stays.
boost::json::object replacement(boost::json::object given, const boost::json::object& before);

// Where an endpoint begins is fixed when it is made. What `document`, read as `s`, does not say of it stays as `before`
// has it; false: it says another place.
bool keep_place(boost::json::object& document, endpoint_spec& s, const boost::json::object& before);

}  // namespace tidings::broadcaster
