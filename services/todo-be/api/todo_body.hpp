// Parses and validates request bodies. Every wrong field is reported, not only the first; at most twenty.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "domain/todo_patch.hpp"

namespace tidings::todo_be {

// Fails with body_not_json or body_too_deep (`wrong` says where and why), body_not_object, or with fields_invalid and
// `wrong` filled. `null` means a field's default: no order, no due, no time zone, no parent, priority "none", no
// labels, no notes, not done; a title has none.
result<todo_patch> read_patch(std::string_view body, violations& wrong);
result<todo_patch> patch_from(const boost::json::value& document, violations& wrong);

// The same for a whole to-do: absent fields have their defaults, and a title is required.
result<todo_fields> read_fields(std::string_view body, violations& wrong);
result<todo_fields> fields_from(const boost::json::value& document, violations& wrong);

// The same for the to-do `id` as it was answered and perhaps changed: what only the service sets is passed over, but an
// id must be that one. What came later, notes, due_time_zone, parent and recurrence, stays as it is when it is absent:
// a client of before reads and writes a to-do without them. `current`, if given: the to-do as it is answered; what is
// the same there stays and is not judged, since rules may have changed since it was set.
result<todo_patch> read_replacement(std::string_view body, const ids::uuid& id, violations& wrong,
                                    std::string_view current = {});

// What the JSON Patch in the body changes in the to-do `current`, as it is answered. Fails as read_fields and
// apply_json_patch do (errors of the result point into the to-do, not into the body), and with read_only for a changed
// member that only the service sets.
result<todo_patch> read_json_patch(std::string_view body, std::string_view current, violations& wrong);

}  // namespace tidings::todo_be
