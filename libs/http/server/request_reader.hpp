// Reads the requests of one connection in turn: head, then body, whole or as a stream. There is no buffer per
// connection: all readers share the server's, and keep only what they could not use immediately. An idle connection
// holds one to two KiB. Internal to libs/http/server.
#pragma once

#include <optional>
#include <string>

#include "http/server/dispatch.hpp"
#include "http/server/request_parser.hpp"
#include "http/server/server_context.hpp"
#include "http/server/session_io.hpp"

namespace tidings::http {

class request_reader final : public body_stream {
  public:
    request_reader(session_io& io, server_context& context, std::string peer);
    request_reader(const request_reader&) = delete;
    request_reader& operator=(const request_reader&) = delete;
    ~request_reader() override { release(); }

    http::request& request() { return request_; }
    bool is_http_1_0() const { return parser_ && parser_->is_http_1_0(); }
    runtime::time_point began() const { return began_; }
    const exchange_limits& limits() const { return limits_; }

    // Due before anything else is awaited: what was read is kept aside. Perhaps refused() is set.
    void keep_input();
    // Waits for a request and reads its head. False: the client left, or refused() is set.
    runtime::task<bool> read_head();
    enum class body_use { whole, streamed, unwanted };
    // Due after the head. True when read_body() is due. An unwanted body is read, so that the connection can be kept,
    // unless the client has not begun to send it.
    bool begin_body(const exchange_limits& limits, body_use use);
    // False: the client left, or refused() is set.
    runtime::task<bool> read_body();
    runtime::task<std::string_view> next() override;
    // A streamed body is read until then at the latest.
    void handler_deadline(runtime::time_point t) { handler_deadline_ = t; }
    // The handler has returned: it reads no more of the body.
    void end_stream();
    bool client_left() const { return left_; }

    // Why the request is not read to its end; the connection ends with this answer.
    std::optional<content>& refused() { return refused_; }

    // The exchange is over: what the request held is given back to the server's budget.
    void release();
    // What an idle connection need not keep.
    void drop_memory();
    // The bytes received behind the request; they are forgotten here.
    std::string take_unread() { return std::exchange(unread_, {}); }

  private:
    request_parser::progress advance();
    bool take(std::string_view received);
    runtime::task<> allow_body();
    bool awaits_permission() const;
    bool hold();
    void refuse(unsigned status, std::string_view detail);

    session_io& io_;
    server_context& context_;
    http::request request_;
    std::optional<request_parser> parser_;
    std::optional<content> refused_;
    exchange_limits limits_{};
    runtime::time_point began_;
    runtime::time_point handler_deadline_;
    bool left_ = false;
    bool permitted_ = false;  // the client need not be sent 100 Continue any more
    std::string_view input_;  // received, not yet used: in the server's buffer, or unread_
    std::string unread_;
    std::size_t held_ = 0;  // what of the server's budget is this session's
};

request_reader::body_use use_of_body(const destination& to);

}  // namespace tidings::http
