// Reads a stream in order from a sequence on, without acks. The consumer at the server is throwaway: at any doubt (a
// lost connection, a gap, a consumer that is gone) it is made again where the reader stands. Nothing that NATS forgets
// about a consumer can lose an event.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bus/jetstream/jetstream.hpp"
#include "bus/jetstream/pull_consumer.hpp"

namespace tidings::broadcaster {

class stream_reader {
  public:
    struct options {
        std::string stream;
        std::string created;         // the stream's; another one is a stream made anew
        std::uint64_t from = 1;      // the first message wanted
        std::uint64_t known_to = 0;  // all below has been there: a stream that ends earlier is another one
        std::size_t batch = 256;
        std::size_t batch_bytes =
            2 * 1024 * 1024;  // asked for at a time, or one message; not before what came is taken
    };
    // Called on the loop, never from within the constructor; they may destroy the reader.
    struct handlers {
        // The next message. False: not now; it is kept, and offered again by resume().
        std::function<bool(bus::delivery&)> on_message;
        // The stream holds nothing below `next` that was not handed over: it was empty there, or deleted.
        std::function<void(std::uint64_t next)> on_passed;
        // Messages first .. next-1 expired, or were purged, before they were read: the stream begins later. Those that
        // were deleted from its middle are passed over.
        std::function<void(std::uint64_t first, std::uint64_t next)> on_gone;
        // The stream is another one than before, and counts from the start. Nothing more is read.
        std::function<void(const bus::stream_info&)> on_new_stream;
        std::function<std::size_t()> room;  // how many more messages may be asked for
    };
    stream_reader(runtime::asio::io_context& ctx, bus::connection& c, options o, handlers h);
    ~stream_reader();
    stream_reader(const stream_reader&) = delete;
    stream_reader& operator=(const stream_reader&) = delete;

    // There may be room again.
    void resume();
    // Why nothing can be read just now; empty while it can.
    const std::string& trouble() const;

  private:
    class impl;
    std::shared_ptr<impl> impl_;
};

}  // namespace tidings::broadcaster
