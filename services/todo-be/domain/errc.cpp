#include "domain/errc.hpp"

#include <algorithm>
#include <iterator>

namespace tidings::todo_be {

namespace {

struct message_text {
    errc of;
    const char* text;
};

constexpr message_text messages[] = {
    {errc::body_not_json, "the body is not valid JSON in UTF-8"},
    {errc::body_too_deep, "the body is nested deeper than 16 levels"},
    {errc::body_not_object, "the body must be a JSON object"},
    {errc::fields_invalid, "the to-do is not valid; see errors"},
    {errc::media_type_unsupported, "this Content-Type is not supported here"},
    {errc::content_type_repeated, "there is more than one Content-Type; send one"},
    {errc::content_coding_refused, "bodies with a Content-Encoding are not taken; send it as it is"},
    {errc::json_ends_early, "it ends before it is complete"},
    {errc::json_goes_on, "something follows the value"},
    {errc::json_byte_order_mark, "it begins with a byte order mark; leave that out"},
    {errc::json_not_utf8, "these bytes are not UTF-8"},
    {errc::json_lone_surrogate, "an escape is half of a surrogate pair; both halves must be there"},
    {errc::json_comment, "JSON has no comments"},
    {errc::json_other_quotes, "strings and names need double quotes"},
    {errc::json_trailing_comma, "a comma must not stand before a closing bracket"},
    {errc::json_number_too_large, "the number is too large"},
    {errc::json_unexpected, "this character cannot stand here"},
    {errc::key_repeated, "is there more than once"},
    {errc::unknown_field,
     "unknown field; known are title, done, order, due, priority, labels, notes, due_time_zone, parent, recurrence"},
    {errc::title_missing, "is required"},
    {errc::not_text, "must be a string"},
    {errc::not_boolean, "must be true or false"},
    {errc::not_list, "must be an array of strings"},
    {errc::title_empty, "must not be empty or only white space"},
    {errc::title_too_long, "must not be longer than 140 characters"},
    {errc::text_not_utf8, "must be valid UTF-8"},
    {errc::text_control, "must not contain control characters"},
    {errc::text_direction, "must not contain characters that change the writing direction"},
    {errc::text_invisible, "must contain something that can be seen"},
    {errc::order_invalid, "must be a number from 0 to 9007199254740991, or null"},
    {errc::due_invalid,
     "must be an RFC 3339 date-time such as 2026-01-31T12:00:00Z, a date such as 2026-01-31, or null"},
    {errc::priority_unknown, "must be one of none, low, medium, high"},
    {errc::labels_too_many, "must not hold more than 20 labels"},
    {errc::label_empty, "must not be empty or only white space"},
    {errc::label_too_long, "must not be longer than 40 characters"},
    {errc::label_repeated, "is there already"},
    {errc::notes_too_long, "must not be longer than 8192 bytes in UTF-8"},
    {errc::time_zone_unknown, "must be a time zone of the IANA database such as Europe/Berlin, or null"},
    {errc::recurrence_invalid, "must be a recurrence rule (RFC 5545) such as FREQ=WEEKLY;BYDAY=MO, or null"},
    {errc::recurrence_needs_due, "needs a due date to begin with"},
    {errc::recurrence_of_subtask, "a subtask cannot recur"},
    {errc::id_differs, "must be the id in the path, or absent"},
    {errc::parent_invalid, "must be the id of a to-do, or null"},
    {errc::parent_unknown, "there is no to-do with this id"},
    {errc::parent_is_self, "must be another to-do: none is its own subtask"},
    {errc::parent_is_subtask, "is a subtask itself: there is only one level of them"},
    {errc::has_subtasks, "cannot be set: the to-do has subtasks itself, and there is only one level of them"},
    {errc::subtasks_too_many, "has 100 subtasks already"},
    {errc::patch_not_array, "a JSON Patch must be an array of operations"},
    {errc::patch_invalid, "the JSON Patch is not valid; see errors"},
    {errc::patch_conflict, "the JSON Patch does not fit the to-do as it is; see errors"},
    {errc::operations_too_many, "it has more than 100 operations"},
    {errc::operation_not_object, "must be an object"},
    {errc::operation_unknown, "must be one of add, remove, replace, move, copy, test"},
    {errc::pointer_invalid, "must be a JSON Pointer such as /labels/0"},
    {errc::value_missing, "is required"},
    {errc::path_within_from, "must not be inside of what is moved"},
    {errc::place_missing, "there is nothing at this place of the to-do"},
    {errc::test_failed, "the to-do has another value there"},
    {errc::document_too_large, "makes the to-do too large or too deep"},
    {errc::read_only, "cannot be changed"},
    {errc::batch_invalid, "the batch is not valid; see errors"},
    {errc::batch_refused, "an operation cannot be done, so that none was; see errors"},
    {errc::batch_member_unknown, "unknown member; known are operations and atomic"},
    {errc::operations_count, "must be an array of 1 to 1000 operations"},
    {errc::batch_verb_unknown, "must be one of create, change, complete, delete"},
    {errc::not_of_operation, "does not belong to this operation"},
    {errc::id_invalid, "must be the id of a to-do"},
    {errc::version_invalid, "must be a whole number from 1"},
    {errc::version_missing, "is required here: the version of the to-do that is meant"},
    {errc::todo_missing, "must be an object: the to-do, or what changes of it"},
    {errc::set_too_large,
     "it concerns too many or too large to-dos, subtasks included, for one commit; send fewer operations"},
    {errc::reorder_invalid, "what is to be moved is not valid; see errors"},
    {errc::reorder_refused, "nothing was moved; see errors"},
    {errc::reorder_member_unknown, "unknown member; known are ids, after and before"},
    {errc::ids_count, "must be an array of 1 to 1000 ids of to-dos"},
    {errc::id_repeated, "is there already"},
    {errc::place_count, "exactly one of after and before must be there"},
    {errc::place_invalid, "must be the id of a to-do, or null"},
    {errc::place_is_moved, "must not be one of those that are moved"},
    {errc::no_room, "more than 1000 to-dos would have to get an order"},
    {errc::file_invalid, "the file cannot be read; see errors"},
    {errc::record_too_long, "must not be longer than 65536 bytes; perhaps a closing quote is missing"},
    {errc::column_unknown,
     "unknown column; known are id, title, done, order, due, due_time_zone, priority, labels, notes, parent, "
     "recurrence, done_at, "
     "and "
     "passed over are version, created_at, updated_at, url"},
    {errc::calendar_missing, "is no calendar: it begins with BEGIN:VCALENDAR"},
    {errc::quote_unexpected, "a quote must stand around the whole cell, and be doubled within it"},
    {errc::cells_too_many, "there are more cells than the header has"},
    {errc::done_at_invalid, "must be an RFC 3339 date-time such as 2026-01-31T12:00:00Z that is not in the future"},
    {errc::record_unfinished, "the file ends within it"},
    {errc::import_parameter, "unknown parameter; known is dry_run"},
    {errc::export_parameter,
     "not a parameter of the export, which has all that the list has but limit, cursor, total, fields; "
     "and format"},
    {errc::format_unknown, "must be one of json, ndjson, csv, todotxt, ics"},
    {errc::line_not_icalendar, "a line of iCalendar must be a name, a colon and a value"},
    {errc::recurrence_unknown, "to-dos recur by a rule alone (RRULE); leave it out"},
    {errc::token_invalid, "the token is not valid; see errors"},
    {errc::token_member_unknown, "unknown member; known are name, scopes, expires_at"},
    {errc::token_name_empty, "must not be empty or only white space"},
    {errc::token_name_too_long, "must not be longer than 100 characters"},
    {errc::scopes_invalid, "must be an array of at least one scope"},
    {errc::scope_unknown, "must be one of todos:read, todos:write, tokens, calendar, lists"},
    {errc::scope_not_held, "the token that asks does not have this scope, and cannot give it"},
    {errc::end_invalid, "must be an RFC 3339 date-time in the future, at most 366 days from now"},
    {errc::end_beyond_own, "must not be later than the end of the token that asks"},
    {errc::tokens_too_many, "there are 100 tokens already; revoke one first"},
    {errc::token_not_found, "there is no token with this id"},
    {errc::list_invalid, "it is not valid; see errors"},
    {errc::list_member_unknown, "unknown member; a list has a name, and a member of it a role"},
    {errc::list_name_empty, "must not be empty or only white space"},
    {errc::list_name_too_long, "must not be longer than 100 characters"},
    {errc::role_invalid, "must be one of reader, editor, admin"},
    {errc::list_not_found, "there is no list with this id that you are a member of"},
    {errc::list_editor_needed, "your role in this list is reader; changing its to-dos needs editor or admin"},
    {errc::list_admin_needed, "your role in this list does not allow this, which needs admin"},
    {errc::list_version_mismatch, "the list has changed: If-Match names another version; read it again"},
    {errc::list_version_held, "If-None-Match names the list's current version"},
    {errc::last_admin, "the list would have no admin any more; make another member admin first, or delete the list"},
    {errc::user_unknown, "there is no user with this id; it is what GET /api/me tells each user"},
    {errc::member_not_found, "there is no member with this id"},
    {errc::members_too_many, "the list has 100 members already"},
    {errc::lists_too_many, "you have made 100 lists already, or 1000 with those that were deleted within 30 days"},
    {errc::user_lists_too_many, "this user is a member of 500 lists already"},
    {errc::query_invalid, "the query is not valid; see errors"},
    {errc::query_conflict, "these parameters do not go together; see errors"},
    {errc::unknown_parameter,
     "unknown parameter; known are limit, cursor, done, parent, label, priority, due_after, due_before, updated_after, "
     "done_after, done_before, q, sort, total, fields"},
    {errc::limit_invalid, "must be a whole number from 1 to 1000"},
    {errc::cursor_invalid, "must be the value of `next` of an earlier page"},
    {errc::sort_invalid,
     "must be one of created_at, -created_at, order, due, updated_at, -updated_at, done_at, -done_at"},
    {errc::parent_filter_invalid, "must be the id of a to-do"},
    {errc::flag_invalid, "must be true or false"},
    {errc::time_invalid, "must be an RFC 3339 date-time such as 2026-01-31T12:00:00Z, or a date such as 2026-01-31"},
    {errc::fields_unknown, "must be names of a to-do's fields, with commas between them, such as id,title"},
    {errc::search_empty, "must not be empty or only white space"},
    {errc::search_too_long, "must not be longer than 200 characters"},
    {errc::ranges_several, "only one of due, updated_at and done_at can have a range"},
    {errc::range_sorted_otherwise, "a range of due, updated_at or done_at is sorted by that, or by nothing else"},
    {errc::idempotency_key_invalid, "Idempotency-Key must be one line of 1 to 255 printable ASCII characters"},
    {errc::more_wrong, "more is wrong than is listed"},
    {errc::if_match_invalid, "If-Match must be * or a list of entity tags in double quotes, such as \"3\""},
    {errc::if_none_match_invalid, "If-None-Match must be * or a list of entity tags in double quotes, such as \"3\""},
    {errc::if_match_missing,
     "If-Match is required here: send the ETag of the version that you have read, or * for any"},
    {errc::event_parameter_unknown, "unknown parameter; known is after, and of the answer in JSON limit as well"},
    {errc::after_invalid, "must be the number of an event: the id of a streamed one, or `next` of a page"},
    {errc::last_event_id_invalid, "Last-Event-ID must be one number, the id of an event that was received"},
    {errc::not_acceptable, "this resource is application/json or text/event-stream, and Accept names neither"},
    {errc::events_gone,
     "what follows this event is no longer in the log, or never was: list the to-dos anew, and go on from `next` of "
     "GET /api/events, asked for before"},
    {errc::not_found, "there is no to-do with this id"},
    {errc::version_mismatch, "the to-do has changed: If-Match names another version; read it again"},
    {errc::version_held, "If-None-Match names the to-do's current version"},
    {errc::not_done, "the to-do, or a subtask of it, is not done"},
    {errc::idempotency_key_reused, "this Idempotency-Key was used before with another body"},
};

class category final : public boost::system::error_category {
  public:
    const char* name() const noexcept override { return "todo-be"; }
    std::string message(int value) const override { return describe(static_cast<errc>(value)); }
};

}  // namespace

const char* describe(errc e) {
    const auto* found =
        std::find_if(std::begin(messages), std::end(messages), [e](const auto& m) { return m.of == e; });
    return found == std::end(messages) ? "unknown error" : found->text;
}

const boost::system::error_category& todo_category() {
    static const category instance;
    return instance;
}

boost::system::error_code make_error_code(errc e) { return {static_cast<int>(e), todo_category()}; }

}  // namespace tidings::todo_be
