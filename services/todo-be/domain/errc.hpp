// What the input of a request can cause. The message of each is written for the client: what is wrong and how to mend
// it.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <string>
#include <vector>

namespace tidings::todo_be {

enum class errc {
    // The body as a whole.
    body_not_json = 1,       // no JSON text of UTF-8 (RFC 8259)
    body_too_deep,           // nested deeper than 16 levels
    body_not_object,         // JSON, but no object
    fields_invalid,          // an object, but at least one field is wrong: see the violations
    media_type_unsupported,  // Content-Type is none that this method takes

    // One field of a to-do.
    unknown_field,     // a name that a to-do does not have
    title_missing,     // POST and PUT without a title
    not_text,          // a string was expected
    not_boolean,       // true or false was expected
    not_list,          // an array was expected
    title_empty,       // nothing left after trimming
    title_too_long,    // over 140 code points
    text_not_utf8,     // ill-formed UTF-8
    text_control,      // NUL or another control character
    order_invalid,     // no whole number of 0..2^53-1
    due_invalid,       // no RFC 3339 date-time
    priority_unknown,  // none of none, low, medium, high
    labels_too_many,   // over 20
    label_empty,       // nothing left after trimming
    label_too_long,    // over 40 code points
    label_repeated,    // the same label twice

    // Query parameters and headers.
    query_invalid,            // at least one parameter is wrong: see the violations
    unknown_parameter,        // a query parameter that the list does not have
    limit_invalid,            // no whole number of 1..100
    cursor_invalid,           // not a `next` of an earlier page
    done_invalid,             // the filter is neither true nor false
    idempotency_key_invalid,  // not 1..255 printable ASCII characters

    // The state of the data.
    not_found,               // no to-do with that id (any more)
    version_mismatch,        // If-Match names another version than the current one
    idempotency_key_reused,  // the key came earlier with another body
};

const boost::system::error_category& todo_category();
boost::system::error_code make_error_code(errc e);
// The message of one value, without building an error_code.
const char* describe(errc e);

template <class T = void>
using result = boost::system::result<T>;

// Which field (a JSON Pointer such as "/labels/2", or a parameter's name) is wrong, and why.
struct violation {
    std::string field;
    errc why;
    bool operator==(const violation&) const = default;
};
using violations = std::vector<violation>;

}  // namespace tidings::todo_be

template <>
struct boost::system::is_error_code_enum<tidings::todo_be::errc> : std::true_type {};
