// What a handler returns. RFC 9110.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "http/message/coding.hpp"
#include "runtime/task.hpp"

namespace tidings::http {

struct response_head {
    unsigned status = 200;
    std::string content_type;                                  // empty: no Content-Type (and no body)
    std::vector<std::pair<std::string, std::string>> headers;  // others, without Content-Length and Connection
};

// A response with its whole body.
struct content : response_head {
    std::string body;
};

// A whole HTTP/1.1 response as bytes, head and body, built ahead of time by prepare(). The headers of one exchange
// (Date, X-Request-Id, Connection) are inserted after its status line.
struct prepared_bytes {
    std::string plain;
    // The same in a coding: made by the server when it is first asked for. Empty until then.
    mutable std::string gzip, zstd;

    const std::string& in(coding c) const { return c == coding::gzip ? gzip : c == coding::zstd ? zstd : plain; }
};
using prepared_response = std::shared_ptr<const prepared_bytes>;
struct prepared {
    prepared_response bytes;
    unsigned status = 200;  // that of `bytes`
    coding coded = coding::identity;
};

// A body generated while it is sent (a long list, server-sent events): each call of `next`, made when the previous
// piece has been written, returns the next piece; an empty one ends the body. handler_timeout does not apply,
// write_timeout applies to each piece. A waiting call is cancelled when the client leaves or the server stops. An
// exception closes the connection early, so that the client sees that the body is incomplete.
struct stream : response_head {
    std::function<runtime::task<std::string>()> next;
    // Instead of `next`: pieces that several streams send, held once. Not null.
    std::function<runtime::task<std::shared_ptr<const std::string>>()> next_shared = {};
    // Of the system's buffer, for a stream that must not wait in it; 0: as the system likes.
    int send_buffer = 0;
    bool ends_connection = false;  // nothing else is asked on it
};

// The connection is used for another protocol (an upgrade: RFC 9110, 7.8). The head is sent, normally 101 with Upgrade
// and Connection; then `run` has the connection to itself, and it closes when `run` ends. No deadline applies. `run` is
// cancelled when the server begins to stop; to say goodbye it first awaits asio::this_coro::reset_cancellation_state().
// The connection is cut when the time to stop is over.
struct taken_connection;  // http/server/taken_connection.hpp
struct takeover : response_head {
    std::function<runtime::task<>(taken_connection&)> run;
    bool sends_head = false;  // `run` sends the head itself; `status` is what it says
};

// No answer: the connection is closed.
struct cut {};

using response = std::variant<content, prepared, stream, takeover, cut>;

content json_response(unsigned status, std::string body);
content no_content();

// 0 for `cut`.
unsigned status_of(const response& r);
// Null for `prepared` and `cut`, which have no head to change.
response_head* head_of(response& r);

}  // namespace tidings::http
