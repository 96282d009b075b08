// Writes the responses of one connection. Internal to libs/http/server.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "http/message/response.hpp"
#include "http/server/response_head.hpp"
#include "http/server/session_io.hpp"

namespace tidings::http {

// What of an exchange its response depends on.
struct reply_terms {
    std::string_view request_id;
    bool head_only;  // to a HEAD request
    bool http_1_0;   // which has no chunks: a stream ends with the connection
    persistence after;
    std::string_view more{};  // further lines of the head, each with its end
};

class response_writer {
  public:
    response_writer(session_io& io, std::chrono::milliseconds write_timeout) : io_(io), timeout_(write_timeout) {}

    // Of a takeover the head. False when the connection is broken. Pre: `r` is not `cut`.
    runtime::task<bool> send(const response& r, const reply_terms& terms);

    // What an idle connection need not keep.
    void drop_memory() { std::string().swap(head_); }

  private:
    outgoing bytes_of(const content& r, const reply_terms& terms);
    outgoing bytes_of(const prepared& r, const reply_terms& terms);
    outgoing bytes_of(const response_head& r, framing f, const reply_terms& terms);
    runtime::task<bool> send_stream(const stream& r, const reply_terms& terms);

    session_io& io_;
    const std::chrono::milliseconds timeout_;
    std::string head_;
};

}  // namespace tidings::http
