// The body of a request, read while the handler runs, for bodies that are too large to be held.
#pragma once

#include <stdexcept>
#include <string_view>

#include "runtime/task.hpp"

namespace tidings::http {

// The body cannot be read to its end: the client left, was too slow, or sent too much or malformed data. The server
// sends the response; a handler only has to clean up.
struct body_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class body_stream {
  public:
    virtual ~body_stream() = default;

    // The next bytes, valid until the next call; empty at the end. Reads from the connection only on demand.
    // Throws body_error.
    virtual runtime::task<std::string_view> next() = 0;
};

}  // namespace tidings::http
