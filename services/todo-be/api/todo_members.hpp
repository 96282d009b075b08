// The members of a to-do's JSON: one value into one field.
#pragma once

#include <boost/json/value.hpp>
#include <span>
#include <string_view>

#include "domain/todo_patch.hpp"

namespace tidings::todo_be {

// A valid value is set in `patch`; what is wrong with another, or with the name, is added to `wrong`.
void read_member(std::string_view name, const boost::json::value& v, todo_patch& patch, violations& wrong);

// Those that only the service sets.
std::span<const std::string_view> read_only_members();
bool is_read_only(std::string_view name);

}  // namespace tidings::todo_be
