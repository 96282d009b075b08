// From acts on shared lists to HTTP, and to what is kept of an answer.
#pragma once

#include <string>
#include <string_view>

#include "domain/list_store.hpp"
#include "http/message/response.hpp"

namespace tidings::todo_be {

// 200 with ETag.
http::content list_answer(const joined_list& l);
// 200, not to be kept by anybody.
http::content lists_answer(const std::vector<joined_list>& all);
http::content members_answer(const std::vector<list_member>& all);
http::content profile_answer(const user_profile& u);

// What is kept of an answer: its status, its list and the version of that, and its JSON.
std::string kept_act(const list_outcome& made);
// 201 with Location (a new list, a new member), 200, or 204 (what was removed). `base`: what precedes an id in a URL.
http::content act_answer(std::string_view kept, const std::string& base, bool replayed);

}  // namespace tidings::todo_be
