// One HTTP/1.x response, read from the bytes of a connection (RFC 9112). Keeps what a sender of webhooks needs.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace tidings::http::client {

class response {
  public:
    static constexpr std::size_t head_limit = 16'384;
    static constexpr unsigned interim_limit = 8;

    enum class progress {
        more,       // the response is not complete
        complete,   // it is
        cut,        // as much of the body as the limit allows is there, and there was more
        malformed,  // not HTTP/1.x, a head beyond head_limit, or too many interim responses
    };

    response() = default;
    response(const response&) = delete;
    response& operator=(const response&) = delete;

    // The next bytes begin a new response, of whose body `body_limit` bytes are kept; until they come, body() is still
    // the last one's. `to_head`: the request was HEAD, whose response has no body.
    void start(bool to_head, std::size_t body_limit);
    // Reads from the front of `bytes`, sets `used`, and wants the rest again together with what follows it.
    progress feed(std::string_view bytes, std::size_t& used);
    // The peer closed. `complete` when the response's end is the connection's end, otherwise `more`.
    progress end_of_stream();

    bool begun() const { return begun_; }  // a byte has arrived
    unsigned status() const { return status_; }
    bool keep_alive() const { return keep_alive_; }  // meaningful when complete
    const std::string& retry_after() const { return retry_after_; }
    const std::string& body() const { return body_; }

  private:
    class parser final : public boost::beast::http::basic_parser<false> {
      public:
        parser(response& owner, bool to_head);

      private:
        using error_code = boost::beast::error_code;
        using text = boost::beast::string_view;
        void on_request_impl(boost::beast::http::verb, text, text, int, error_code&) override {}
        void on_response_impl(int, text, int, error_code&) override;
        void on_field_impl(boost::beast::http::field, text name, text value, error_code&) override;
        void on_header_impl(error_code&) override { head_done_ = true; }
        void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
        std::size_t on_body_impl(text bytes, error_code&) override;
        void on_chunk_header_impl(std::uint64_t, text, error_code&) override {}
        std::size_t on_chunk_body_impl(std::uint64_t, text bytes, error_code&) override;
        void on_finish_impl(error_code&) override {}

        response& owner_;
        bool head_done_ = false;  // what comes as a field then is a trailer
    };

    void start_parser();
    progress finished();
    bool not_http(std::string_view bytes) const;
    bool head_too_long(std::size_t taken, std::size_t left);

    parser parser_{*this, false};
    std::string retry_after_;
    std::string body_;
    std::size_t body_limit_ = 0;
    std::size_t head_taken_ = 0;  // bytes of this head that the parser has consumed already
    unsigned status_ = 0;
    unsigned interim_ = 0;
    bool to_head_ = false;
    bool parser_is_stale_ = true;
    bool begun_ = false;
    bool keep_alive_ = false;
};

}  // namespace tidings::http::client
