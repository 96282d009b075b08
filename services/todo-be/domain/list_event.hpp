// The event of an act on a shared list: that somebody made it, renamed it, deleted it, or changed who is a member. It
// is for those who follow the list, and for whoever audits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/shared_list.hpp"
#include "domain/todo_event.hpp"

namespace tidings::todo_be {

// As the API shows them. `role`: of the one who asks; nothing: the event is nobody's.
void append_json(std::string& out, const shared_list& l, std::optional<list_role> role);
void append_json(std::string& out, const list_member& m);
void append_json(std::string& out, const user_profile& u);

std::string_view type_of(list_deed d);  // "io.tidings.list.created.v1"

// Its subject is the list's id, its sequence the version that the act made. `member`: whom it was about.
todo_event make_event(list_deed d, const shared_list& l, const std::optional<list_member>& member,
                      const user_profile& by, const trace_context& trace);

}  // namespace tidings::todo_be
