// A client of the change feed: server-sent events over one connection.
#pragma once

#include <optional>
#include <string>

#include "backend.hpp"
#include "support/tcp_stream.hpp"

namespace tidings::todo_be_test {

struct sent_event {
    std::string id, type, data;
};

class event_reader {
  public:
    // Sends the request and reads the head. `query` such as "?after=5", or a whole target.
    event_reader(std::uint16_t port, const std::string& query = {}, const headers& more = {},
                 std::chrono::seconds patience = std::chrono::seconds(30));

    int status() const { return answer_.status; }
    std::string header(const std::string& name) const { return answer_.header(name); }
    // The next event; nothing when the stream has ended, or at the end of the patience.
    std::optional<sent_event> next();
    // Where the stream is: the id last received, with or without an event.
    const std::string& position() const { return position_; }
    // Reads to the end; whether the last chunk came.
    bool ends_cleanly();
    // All that came, without the chunks' framing.
    const std::string& text() const { return text_; }
    bool read_more();

  private:
    std::optional<sent_event> parse_block();

    support::tcp_stream stream_;
    support::http_answer answer_;
    std::string raw_, text_, position_;
    std::size_t parsed_ = 0;
    bool last_chunk_ = false;
};

}  // namespace tidings::todo_be_test
