// One HTTP/1.x request, parsed by Beast straight into a `request`. Stricter than Beast where two readers of the same
// bytes could disagree about where a request ends (request smuggling; RFC 9112, 11.2).
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <string_view>

#include "http/message/request.hpp"

namespace tidings::http {

// Why a request is refused before any handler sees it.
struct refusal {
    unsigned status;
    std::string_view detail;  // a literal
};

class request_parser : private boost::beast::http::basic_parser<true> {
  public:
    // `into` must be freshly constructed or reset, and outlive the parser. `head_limit` in bytes.
    request_parser(request& into, std::size_t head_limit);

    enum class progress { more, head_done, done, refused };
    // Consumes what it can from the front of `input`; the rest must be passed again, followed by more. Stops at the end
    // of the head (head_done, or done when there is no body): then limit_body() is due.
    progress feed(std::string_view& input);
    // Limits the body to this many bytes. Refused when Content-Length exceeds it.
    progress limit_body(std::size_t limit);

    // Pre: feed() returned `refused`.
    const refusal& why() const { return refused_; }

    bool head_done() const { return is_header_done(); }
    bool done() const { return is_done(); }
    bool expects_continue() const { return expects_continue_; }
    // About how many bytes the headers take up in the request.
    std::size_t head_memory() const { return head_bytes_ + fields_ * 2 * sizeof(std::string); }
    bool is_http_1_0() const { return version_ == 10; }

  private:
    using verb = boost::beast::http::verb;
    using field = boost::beast::http::field;
    using view = boost::beast::string_view;
    using error_code = boost::beast::error_code;

    void refuse(error_code& ec, unsigned status, std::string_view detail);
    std::size_t put_as_1_1(std::string_view input, error_code& ec);
    refusal explain(const error_code& ec, std::string_view input) const;
    refusal too_large(std::string_view input) const;
    void check_field(field name, view value, error_code& ec);

    void on_request_impl(verb known, view name, view target, int version, error_code& ec) override;
    void on_response_impl(int, view, int, error_code&) override {}
    void on_field_impl(field known, view name, view value, error_code& ec) override;
    void on_header_impl(error_code& ec) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
        length_ = static_cast<std::size_t>(length.value_or(body_limit_));
    }
    std::size_t on_body_impl(view piece, error_code& ec) override;
    void on_chunk_header_impl(std::uint64_t, view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, view piece, error_code& ec) override;
    void on_finish_impl(error_code&) override {}

    request& into_;
    std::size_t head_limit_;
    refusal refused_{};  // status 0: not refused
    std::size_t head_bytes_ = 0;
    std::size_t body_limit_ = 0;
    std::size_t length_ = 0;  // of the body, at most
    unsigned fields_ = 0;
    unsigned hosts_ = 0;
    unsigned types_ = 0;
    unsigned lengths_ = 0;
    unsigned codings_ = 0;
    int version_ = 11;
    bool expects_continue_ = false;
};

}  // namespace tidings::http
