// The errors that a request's input can cause. Each message is written for the client: what is wrong and how to fix it.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <string>
#include <vector>

namespace tidings::todo_be {

enum class errc {
    // The body as a whole.
    body_not_json = 1,       // not JSON text in UTF-8 (RFC 8259)
    body_too_deep,           // nested deeper than 16 levels
    body_not_object,         // JSON, but not an object
    fields_invalid,          // an object, but at least one field is wrong: see the violations
    media_type_unsupported,  // Content-Type is not one that this method accepts

    content_type_repeated,   // more than one Content-Type line
    content_coding_refused,  // Content-Encoding names a coding

    // Why the body is not JSON.
    json_ends_early,        // in the middle of a value
    json_goes_on,           // more than one value
    json_byte_order_mark,   // U+FEFF in front
    json_not_utf8,          // bytes that are not UTF-8, or UTF-16
    json_lone_surrogate,    // \u escape of half a pair
    json_comment,           // // or /* or #
    json_other_quotes,      // a string in other quotes than "
    json_trailing_comma,    // a comma before } or ]
    json_number_too_large,  // an exponent beyond every number
    json_unexpected,        // any other unexpected character

    // One field of a to-do.
    key_repeated,       // the same name twice
    unknown_field,      // a name that a to-do does not have
    title_missing,      // POST and PUT without a title
    not_text,           // a string was expected
    not_boolean,        // true or false was expected
    not_list,           // an array was expected
    title_empty,        // nothing left after trimming
    title_too_long,     // over 140 code points
    text_not_utf8,      // ill-formed UTF-8
    text_control,       // NUL or another control character
    text_direction,     // an override or isolate of the writing direction
    text_invisible,     // nothing that can be seen
    order_invalid,      // not a number in 0..2^53-1
    due_invalid,        // not an RFC 3339 date-time or full-date
    priority_unknown,   // not one of none, low, medium, high
    labels_too_many,    // over 20
    label_empty,        // nothing left after trimming
    label_too_long,     // over 40 code points
    label_repeated,     // the same label twice
    notes_too_long,     // over 8,192 bytes
    time_zone_unknown,  // not a name of the IANA time zone database

    recurrence_invalid,     // not a rule of RFC 5545, or one with parts that are not supported
    recurrence_needs_due,   // nothing that it could begin with
    recurrence_of_subtask,  // a subtask does not come again

    id_differs,         // not that of the path
    parent_invalid,     // not the id of a to-do
    parent_unknown,     // there is no such to-do
    parent_is_self,     // a to-do under itself
    parent_is_subtask,  // it is under another one already
    has_subtasks,       // a to-do with subtasks under another one
    subtasks_too_many,  // over 100 under one to-do

    // A JSON Patch.
    patch_not_array,       // JSON, but not an array
    patch_invalid,         // an array, but not of operations: see the violations
    patch_conflict,        // it does not fit the to-do as it is: see the violation
    operations_too_many,   // over 100
    operation_not_object,  // not an object
    operation_unknown,     // not one of the RFC's six
    pointer_invalid,       // not a JSON Pointer
    value_missing,         // an operation that needs a value has none
    path_within_from,      // moves something into itself
    place_missing,         // there is nothing at that place
    test_failed,           // there is something else at that place
    document_too_large,    // the to-do would grow beyond any bound
    read_only,             // changes what only the service sets

    // A batch.
    batch_invalid,         // an operation of it, or a member: see the violations
    batch_refused,         // an operation of an atomic batch cannot be done: see the violation
    batch_member_unknown,  // neither operations nor atomic
    operations_count,      // not an array of 1 to 1,000
    batch_verb_unknown,    // not one of create, change, complete, delete
    not_of_operation,      // a member that this operation does not have
    id_invalid,            // not the id of a to-do
    version_invalid,       // not a whole number from 1
    version_missing,       // one is required of whoever changes a to-do
    todo_missing,          // no object where a to-do or its changes should be
    set_too_large,         // it concerns too many to-dos, or too large ones

    // A move.
    reorder_invalid,         // what is moved or where to is not well-formed: see the violations
    reorder_refused,         // there is no such to-do, or no room: see the violation
    reorder_member_unknown,  // none of ids, after, before
    ids_count,               // not an array of 1 to 1,000
    id_repeated,             // the same id twice
    place_count,             // not exactly one of after and before
    place_invalid,           // neither the id of a to-do nor null
    place_is_moved,          // next to a to-do that is moved itself
    no_room,                 // too many others would have to move

    // A file to import.
    file_invalid,        // it cannot be read at all: see the violations
    record_too_long,     // over 65,536 bytes
    column_unknown,      // a CSV's header names something that a to-do does not have
    calendar_missing,    // a file of iCalendar in which nothing begins
    quote_unexpected,    // a quote within a cell that does not begin with one, or something behind the closing one
    cells_too_many,      // more than the header has
    done_at_invalid,     // not an RFC 3339 date-time up to now
    record_unfinished,   // the file ends within it
    import_parameter,    // a query parameter that the import does not have
    export_parameter,    // the same of the export
    format_unknown,      // not one that the export has
    line_not_icalendar,  // no name, a colon and a value
    recurrence_unknown,  // an RDATE or EXDATE: to-dos recur by rules alone

    // A personal access token.
    token_invalid,         // a member of it: see the violations
    token_member_unknown,  // none of name, scopes, expires_at
    token_name_empty,      // nothing left after trimming, or no name
    token_name_too_long,   // over 100 code points
    scopes_invalid,        // not an array of at least one scope
    scope_unknown,         // not a scope of this service
    scope_not_held,        // the one who asks does not have it
    end_invalid,           // not an RFC 3339 date-time within the next 366 days
    end_beyond_own,        // later than that of the token that asks
    tokens_too_many,       // over 100 of one user
    token_not_found,       // no token with that id (any more)

    // A shared list.
    list_invalid,           // a member of the body: see the violations
    list_member_unknown,    // not name; of a member not role
    list_name_empty,        // nothing left after trimming, or no name
    list_name_too_long,     // over 100 code points
    role_invalid,           // not one of reader, editor, admin
    list_not_found,         // none that the one who asks is a member of
    list_editor_needed,     // a reader asks to change a to-do
    list_admin_needed,      // whoever asks is a member, and not an admin
    list_version_mismatch,  // If-Match names another version than the current one
    list_version_held,      // If-None-Match names the current version
    last_admin,             // nobody would be admin any more
    user_unknown,           // no user with that id
    member_not_found,       // a user, perhaps, but not of this list
    members_too_many,       // over 100 of one list
    lists_too_many,         // over 100 made by one user, or 1,000 with those deleted lately
    user_lists_too_many,    // over 500 of one user

    // Query parameters and headers.
    query_invalid,            // at least one parameter is wrong: see the violations
    query_conflict,           // each is right, but they do not go together: see the violation
    unknown_parameter,        // a query parameter that the list does not have
    limit_invalid,            // not a whole number in 1..1000
    cursor_invalid,           // not a `next` of an earlier page
    sort_invalid,             // not an order that the list has
    parent_filter_invalid,    // not an id
    flag_invalid,             // neither true nor false
    time_invalid,             // not an RFC 3339 date-time or full-date
    fields_unknown,           // not the names of members of a to-do
    search_empty,             // nothing left after trimming
    search_too_long,          // over 200 code points
    ranges_several,           // of more than one field
    range_sorted_otherwise,   // a range of one field, sorted by another one
    idempotency_key_invalid,  // not 1..255 printable ASCII characters, or several lines
    more_wrong,               // further parameters are wrong, but not reported
    if_match_invalid,         // neither "*" nor a list of entity tags
    if_none_match_invalid,    // the same
    if_match_missing,         // it is required of whoever changes a to-do
    event_parameter_unknown,  // a query parameter that the change feed does not have
    after_invalid,            // not the number of an event
    last_event_id_invalid,    // the same, in the header
    not_acceptable,           // Accept names neither JSON nor server-sent events

    // The state of the data.
    not_found,               // no to-do with that id (any more)
    version_mismatch,        // If-Match names another version than the current one
    version_held,            // If-None-Match names the current version
    not_done,                // neither is a to-do that must be done, or a subtask of it
    idempotency_key_reused,  // the key came earlier with another body
    events_gone,             // what follows an event is not, or no longer, in the log
};

const boost::system::error_category& todo_category();
boost::system::error_code make_error_code(errc e);
// The message of one value, without building an error_code.
const char* describe(errc e);

template <class T = void>
using result = boost::system::result<T>;

// Which field (a JSON Pointer such as "/labels/2", or a parameter's name) is wrong, and why.
struct violation {
    std::string field;  // empty: the body or the query as a whole
    errc why;
    std::string found = {};  // what the reason is about: a character, a place, a number
    bool operator==(const violation&) const = default;
};
using violations = std::vector<violation>;

}  // namespace tidings::todo_be

template <>
struct boost::system::is_error_code_enum<tidings::todo_be::errc> : std::true_type {};
