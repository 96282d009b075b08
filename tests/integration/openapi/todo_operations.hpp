// The operations on to-dos, and what provokes their statuses.
#pragma once

#include <string>

#include "service.hpp"

namespace tidings::test {

inline constexpr const char* below_list = "/api/lists/{list}";
inline constexpr const char* unknown = "01890000-0000-7000-8000-000000000000";
inline constexpr const char* api_operations[] = {"GET /api/todos",
                                                 "POST /api/todos",
                                                 "GET /api/todos/{id}",
                                                 "PUT /api/todos/{id}",
                                                 "PATCH /api/todos/{id}",
                                                 "DELETE /api/todos/{id}",
                                                 "POST /api/todos/{id}:restore",
                                                 "POST /api/todos:batch",
                                                 "POST /api/todos:clear-done",
                                                 "POST /api/todos:reorder",
                                                 "GET /api/tokens",
                                                 "POST /api/tokens",
                                                 "GET /api/tokens/{id}",
                                                 "DELETE /api/tokens/{id}"};
inline constexpr const char* secret = "a secret of a calendar";

// The id that a response to POST has.
std::string id_in(const std::string& response);
// What changes something, for a page of another site.
void ask_from_elsewhere(service& s);
void use_and_misuse(service& s);
void use_files(service& s);
void change_without_if_match(service& s);

}  // namespace tidings::test
