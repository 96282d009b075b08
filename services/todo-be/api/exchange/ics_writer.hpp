// To-dos as VTODO of iCalendar (RFC 5545).
#pragma once

#include <string>

#include "domain/todo.hpp"

namespace tidings::todo_be {

void begin_ics(std::string& out);
// `due` is in UTC, to the second, or a DATE; its time zone is in X-TIDINGS-TIME-ZONE, and the order in X-TIDINGS-ORDER.
// DTSTAMP and LAST-MODIFIED are when it was changed last, so that the same to-do is the same text.
void append_ics(std::string& out, const todo& t);
void end_ics(std::string& out);

}  // namespace tidings::todo_be
