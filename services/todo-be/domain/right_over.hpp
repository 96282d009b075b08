// Thrown by what takes long, or writes, when the token of the one who asks has expired or was revoked meanwhile.
#pragma once

#include <stdexcept>

namespace tidings::todo_be {

struct right_over : std::runtime_error {
    right_over() : std::runtime_error("the token has expired, or was revoked, meanwhile") {}
};

}  // namespace tidings::todo_be
