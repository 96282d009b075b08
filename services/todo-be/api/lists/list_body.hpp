// The bodies of requests about shared lists. Both fail as read_document does, with body_not_object, or with
// list_invalid and `wrong` filled.
#pragma once

#include <string>
#include <string_view>

#include "domain/shared_list.hpp"

namespace tidings::todo_be {

// {"name": "..."}. `required`: else it may be left out, and is then empty.
result<std::string> read_list_name(std::string_view body, bool required, violations& wrong);
// {"role": "..."}.
result<list_role> read_member_role(std::string_view body, violations& wrong);

}  // namespace tidings::todo_be
