// The body of a request as JSON (RFC 8259), and where and why it is not.
#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "domain/errc.hpp"

namespace tidings::todo_be {

// A document in `memory`. Fails with body_too_deep, body_not_json or fields_invalid (an object that repeats a key:
// parsers disagree on which counts); `wrong` then has one entry: the reason, and the place or key.
result<boost::json::value> read_document(std::string_view body, boost::json::storage_ptr memory, violations& wrong);

}  // namespace tidings::todo_be
