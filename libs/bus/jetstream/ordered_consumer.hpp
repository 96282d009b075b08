// A stream read in order by this connection alone: an ephemeral push consumer without acks. When it misses a message,
// falls silent or loses the connection, it is recreated and reads from the start: its messages are the contents of the
// stream, not the changes since.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bus/connection/connection.hpp"

namespace tidings::bus {

class ordered_consumer {
  public:
    struct options {
        std::string stream;
        std::string filter_subject;
        bool last_per_subject = true;  // else every message
        bool headers_only = false;
        std::chrono::milliseconds deadline{5'000};  // of creating it
    };
    struct handlers {
        std::function<void()> on_start;                                   // what follows begins from the start
        std::function<void(message, std::uint64_t sequence)> on_message;  // with its sequence in the stream
        std::function<void()> on_current;  // all that was stored has been handed over; new messages follow
        std::function<void(boost::system::error_code)> on_failure;  // it could not be created; tried again
    };
    // Handlers are called on the loop, never from within the constructor; they may destroy this object.
    ordered_consumer(const runtime::executor& ex, connection& c, options o, handlers h);
    ~ordered_consumer();
    ordered_consumer(ordered_consumer&&) noexcept = default;
    ordered_consumer& operator=(ordered_consumer&&) = delete;

  private:
    class reader;
    std::shared_ptr<reader> reader_;
};

}  // namespace tidings::bus
