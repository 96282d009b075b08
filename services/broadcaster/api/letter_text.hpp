// A stored dead letter, read: its fields, and the JSON that the list shows of it. Letters of earlier versions and what
// strangers put into the stream are read as safely.
#pragma once

#include <string>
#include <string_view>

#include "bus/jetstream/jetstream.hpp"

namespace tidings::broadcaster {

// What a header of ours says: the last of that very name, since earlier versions kept an event's own in front of it.
std::string_view letter_header(const bus::stored_message& m, std::string_view name);
// Where it is meant for, by the subject that it was written to; empty when that is not one of ours.
std::string_view letter_endpoint(const bus::stored_message& m);
// Whether the event's body (or more) had to be left out.
bool is_partial(const bus::stored_message& m);

// One object in UTF-8. `event` is the unchanged body when it is JSON that any parser accepts (RFC 8259, UTF-8, depth
// up to 512, numbers up to 1,000 characters), else it is in `event_base64`; null when it was left out.
void append_letter(std::string& out, const bus::stored_message& m);

// Appends `text` as a JSON string, U+FFFD in the place of every byte that is not UTF-8.
void append_json_text(std::string& out, std::string_view text);
// Checks without building a document: a body of 1 MB can be a million values.
bool is_json(std::string_view text);

}  // namespace tidings::broadcaster
