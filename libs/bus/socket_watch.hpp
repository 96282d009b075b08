// cnats' event-loop mode on Asio: waits on the connection's socket and tells cnats when it may read or write.
//
// cnats calls attach, read, write and detach from its own threads as well, and under the connection's lock: they only
// note what is wanted and post to the loop. The socket is dup'ed, because Asio closes what it watches and cnats closes
// its own.
#pragma once

#include <nats/nats.h>

#include <atomic>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <functional>
#include <memory>
#include <mutex>

#include "runtime/task.hpp"

namespace tidings::bus {

class socket_watch : public std::enable_shared_from_this<socket_watch> {
  public:
    // `on_read` is called on the loop after each read: the place to drain subscriptions.
    socket_watch(runtime::asio::io_context& ctx, std::function<void()> on_read);

    // No call reaches cnats or the loop any more after this. Call it on the loop before the connection is destroyed.
    void close();

    static natsStatus attach(void** user_data, void* loop, natsConnection* nc, natsSock socket);
    static natsStatus read(void* user_data, bool add);
    static natsStatus write(void* user_data, bool add);
    static natsStatus detach(void* user_data);

  private:
    void post(void (socket_watch::*what)());
    void start(natsConnection* nc, int fd);
    void stop();
    void wait_readable();
    void write_now();
    void wait_writable();

    std::mutex mutex_;  // guards ctx_ against close() while cnats' threads post
    runtime::asio::io_context* ctx_;
    runtime::asio::posix::basic_stream_descriptor<runtime::executor> socket_;
    std::function<void()> on_read_;
    natsConnection* nc_ = nullptr;
    std::atomic<bool> write_wanted_{false};
    std::atomic<bool> write_posted_{false};
    bool waiting_to_write_ = false;
    std::uint64_t generation_ = 0;  // of the socket: late completions of an old one are ignored
};

}  // namespace tidings::bus
