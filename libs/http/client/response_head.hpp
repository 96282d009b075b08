// The head of an HTTP/1.x response, line by line (RFC 9112, 4 to 6). Takes what curl takes: a sender needs to know the
// status, and a receiver that said it has said enough.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::http::client {

class response_head {
  public:
    enum class framing { none, length, chunked, until_close };

    // Both return what is wrong, for people; empty: nothing.
    // A line without its end, the status line first. `cut`: there was more of it.
    std::string_view add(std::string_view line, bool cut);
    // The empty line has come. `to_head`: the request was HEAD, whose response has no body.
    std::string_view finish(bool to_head);
    void clear();

    // What follows is meaningful after finish().
    unsigned status() const { return status_; }  // 100..999; 0 before the status line
    framing body() const { return framing_; }
    std::uint64_t length() const { return length_.value_or(0); }
    bool keep_alive() const { return keep_alive_; }
    const std::string& retry_after() const { return retry_after_; }

  private:
    enum class field { other, content_length, transfer_encoding, connection, retry_after };

    static field field_named(std::string_view name);
    std::string_view add_status_line(std::string_view line);
    std::string_view add_to_field(std::string_view line, bool cut);
    std::string_view end_field();
    std::string_view set_length();
    void set_coding();
    void set_connection();
    void decide_framing(bool to_head);

    unsigned status_ = 0;
    bool version_1_0_ = false;
    field field_ = field::other;  // whose value may go on in the next line
    std::string value_;
    std::optional<std::uint64_t> length_;
    bool endless_ = false;  // a length that no number can hold
    bool coded_ = false;
    bool chunked_ = false;
    bool says_close_ = false;
    bool says_keep_alive_ = false;
    framing framing_ = framing::none;
    bool keep_alive_ = false;
    std::string retry_after_;
};

}  // namespace tidings::http::client
