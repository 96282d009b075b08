// From the body of a request to what it asks for. Every wrong field is reported, not only the first; at most
// twenty.
#pragma once

#include <string_view>

#include "domain/todo_patch.hpp"

namespace tidings::todo_be {

// Fails with body_not_json, body_too_deep, body_not_object, or with fields_invalid and `wrong` filled. `null` stands
// for a field's default: no order, no due, priority "none", no labels, not done; a title has none.
result<todo_patch> read_patch(std::string_view body, violations& wrong);

// The same for a whole to-do: what is absent has its default, and a title is required.
result<todo_fields> read_fields(std::string_view body, violations& wrong);

// Content-Type (RFC 9110, 8.3): application/json, and application/merge-patch+json when `patch`; UTF-8 if it names a
// charset.
bool media_type_fits(std::string_view content_type, bool patch);

}  // namespace tidings::todo_be
