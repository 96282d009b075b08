// Thrown by what takes long, or writes, when the token of the one who asks has expired or was revoked meanwhile, or the
// membership in a list has ended.
#pragma once

#include <stdexcept>

namespace tidings::todo_be {

struct right_over : std::runtime_error {
    enum class what_ended { token, membership };

    explicit right_over(what_ended w = what_ended::token)
        : std::runtime_error(w == what_ended::token ? "the token has expired, or was revoked, meanwhile"
                                                    : "the membership in the list has ended meanwhile"),
          ended(w) {}

    what_ended ended;
};

}  // namespace tidings::todo_be
