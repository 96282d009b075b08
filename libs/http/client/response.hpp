// One HTTP/1.x response, read from the bytes of a connection (RFC 9112). Keeps what a sender of webhooks needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/client/response_head.hpp"

namespace tidings::http::client {

class response {
  public:
    static constexpr std::size_t head_limit = 300 * 1024;  // with interim responses, trailers and chunk extensions
    static constexpr std::size_t line_limit = 4'096;       // what is looked at of a line

    enum class progress {
        more,       // the response is not complete
        complete,   // it is
        cut,        // as much of the body as the limit allows is there, and there was more
        malformed,  // see problem()
    };

    response() = default;
    response(const response&) = delete;
    response& operator=(const response&) = delete;

    // The next bytes begin a new response, of whose body `body_limit` bytes are kept; until they come, body() is still
    // the last one's. `to_head`: the request was HEAD, whose response has no body.
    void start(bool to_head, std::size_t body_limit);
    // Reads from the front of `bytes`, sets `used`, and wants the rest again together with what follows it. The rest is
    // never longer than line_limit.
    progress feed(std::string_view bytes, std::size_t& used);
    // The peer closed. `complete` when the response's end is the connection's end, otherwise `more`.
    progress end_of_stream();

    bool begun() const { return begun_; }  // a byte has arrived that may belong to a response
    unsigned status() const { return head_.status(); }
    bool keep_alive() const { return head_.keep_alive(); }  // meaningful when complete
    const std::string& retry_after() const { return head_.retry_after(); }
    const std::string& body() const { return body_; }
    std::string_view problem() const { return problem_; }  // what is malformed, for people

  private:
    enum class part { status_line, fields, body, body_until_close, chunk_size, chunk, chunk_end, trailers, none };
    struct line {
        std::string_view text;
        bool cut = false;
    };

    void begin();
    progress step(std::string_view bytes, std::size_t& used);
    progress read_line(std::string_view bytes, std::size_t& used);
    std::optional<line> take_line(std::string_view bytes, std::size_t& used);
    progress take(const line& l);
    bool may_be_http(std::string_view bytes, std::size_t& used);
    progress head_ended();
    progress chunk_begins(const line& l);
    progress chunk_ends(std::string_view bytes, std::size_t& used);
    progress keep(std::string_view bytes, std::size_t& used);
    progress malformed(std::string_view problem);

    response_head head_;
    std::string body_;
    std::string_view problem_;
    std::size_t body_limit_ = 0;
    std::size_t head_bytes_ = 0;  // of what counts for head_limit
    std::uint64_t left_ = 0;      // of the body or the chunk
    part part_ = part::none;
    bool to_head_ = false;
    bool stale_ = true;
    bool begun_ = false;
    bool skipping_ = false;  // the rest of a long line
};

}  // namespace tidings::http::client
