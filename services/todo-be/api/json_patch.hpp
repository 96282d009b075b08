// JSON Patch (RFC 6902), on pointers of RFC 6901.
#pragma once

#include <boost/json/value.hpp>

#include "domain/errc.hpp"

namespace tidings::todo_be {

inline constexpr std::size_t most_operations = 100;

// `document` after `operations`, all of them or none. Fails with
// - patch_invalid: not an array of at most most_operations operations as the RFC has them; `wrong` says which,
// - patch_conflict: there is nothing where one of them points to, or a test fails; `wrong` has that one,
// - patch_invalid too when the document would become larger or deeper than any to-do.
result<boost::json::value> apply_json_patch(const boost::json::value& operations, boost::json::value document,
                                            violations& wrong);

}  // namespace tidings::todo_be
