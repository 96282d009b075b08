// What an event says, for people: one or two lines of plain text. Pure.
#pragma once

#include <string>
#include <string_view>

namespace tidings::broadcaster {

// "To-do completed: Buy milk" of the events of todo-be; of others their type and the beginning of their data. `body`
// may be anything; the text is UTF-8, of some kilobytes at most, and as unsafe to display as what the publisher wrote.
std::string chat_text(std::string_view type, std::string_view body);

}  // namespace tidings::broadcaster
