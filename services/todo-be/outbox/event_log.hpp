// The SQL by which a write logs its events: part of the statement that makes the change, so that both commit together.
#pragma once

#include <string>
#include <string_view>

namespace tidings::todo_be {

// Two common table expressions for the `with` list of a write statement, separated by a comma, without one at the end:
// `logged` (seq, todo_id) inserts the events and puts each into the outbox. `rows` is a select of event id, to-do id,
// type, payload and owner.
std::string log_events(std::string_view rows);

// A select of one text that is another one whenever events were added. The number of the latest one is not enough: an
// earlier one may be committed later. Nor is what is there: the events may be over their retention.
std::string state_of_log();
// The same of the events of the owner $1, who is not the first one.
std::string state_of_log_of_one();

}  // namespace tidings::todo_be
