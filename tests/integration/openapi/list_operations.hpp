// The operations on lists that users share, and what provokes their statuses.
#pragma once

#include <string>

#include "service.hpp"

namespace tidings::test {

inline constexpr const char* list_operations[] = {"GET /api/me",
                                                  "GET /api/lists",
                                                  "POST /api/lists",
                                                  "GET /api/lists/{list}",
                                                  "PATCH /api/lists/{list}",
                                                  "DELETE /api/lists/{list}",
                                                  "GET /api/lists/{list}/members",
                                                  "PUT /api/lists/{list}/members/{user}",
                                                  "DELETE /api/lists/{list}/members/{user}"};

// Of a service with users, to which `database` belongs: makes the first list, which stays.
void use_lists(service& s, const std::string& database);

}  // namespace tidings::test
