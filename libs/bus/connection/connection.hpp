// One connection to NATS on the event loop: cnats in event-loop mode, everything called and called back on the loop's
// thread. A server that is unreachable, at the start or later, is dialled again without end, and so is one that refuses
// the credentials (they may be rotated).
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "bus/connection/errc.hpp"
#include "bus/connection/inbox_router.hpp"
#include "bus/connection/message.hpp"
#include "bus/connection/redial.hpp"
#include "bus/connection/subscription.hpp"
#include "runtime/task.hpp"

namespace tidings::bus {

struct connection_options {
    std::string url = "nats://127.0.0.1:4222";  // several, comma-separated, are allowed; user:password@ is never logged
    std::string name = "tidings";               // shown by the server's monitoring
    std::string credentials_file;               // .creds; empty: none
    std::string ca_file;                        // for tls://; empty: the system's
    std::chrono::milliseconds reconnect_wait{250};        // between tries; grows to 2 s, jittered
    std::chrono::milliseconds ping_interval{5'000};       // two unanswered: the connection is dead
    std::function<void(const connection_news&)> on_news;  // called on the loop
};

class connection {
  public:
    // Starts to dial and returns immediately. Throws std::invalid_argument when url cannot be one (its text has no
    // secrets).
    connection(runtime::asio::io_context& ctx, const connection_options& options);
    ~connection();  // drops what is unsent; see drain()
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    bool connected() const;
    std::uint64_t reconnects() const;
    std::size_t max_payload() const;    // bytes; 1 MiB until the first connect
    std::string last_error() const;     // for people and /readyz?verbose: of the connection or its last failed dial
    void note_error(std::string text);  // an error that the server replied with, for last_error()

    // Called on the loop after each connect (the first as well) / after each loss. Any number of listeners. With
    // `while_alive` a listener ends with that object.
    void on_connected(std::function<void()> f);
    void on_disconnected(std::function<void()> f);
    void on_connected(std::weak_ptr<void> while_alive, std::function<void()> f);
    void on_disconnected(std::weak_ptr<void> while_alive, std::function<void()> f);

    // Sends without waiting. While disconnected nothing is kept and false is returned: a caller that promises delivery
    // publishes again (publisher, outbox) or lets JetStream redeliver (acks).
    bool publish(std::string_view subject, std::string_view payload);
    bool publish(std::string_view subject, std::string_view reply, const headers& h, std::string_view payload);
    // The same with the reason: disconnected, too_large, or refused (not a subject that can be published to).
    boost::system::error_code send(std::string_view subject, std::string_view reply, const headers& h,
                                   std::string_view payload);

    // The same for a message that expects a reply at `inbox` (of open_inbox(), with or without a suffix): when
    // `subject` has no responders, a message whose status() is 503 arrives there.
    boost::system::error_code publish_request(std::string_view subject, std::string_view inbox, const headers& h,
                                              std::string_view payload);

    // A subject "<prefix><token>" that only this connection receives. Messages to it, and to "<inbox>-<anything>", go
    // to `on_message` until it returns false or close_inbox() is called.
    std::string open_inbox(inbox_router::inbox_handler on_message);
    void close_inbox(std::string_view inbox);

    // Messages that a pull consumer ("<stream>.<consumer>") delivers to inboxes of this connection keep the subject
    // under which they were stored: they go to this handler.
    void bind(std::string consumer, inbox_router::consumer_handler on_message);
    void unbind(std::string_view consumer);

    // Publishes and waits for the reply.
    runtime::task<boost::system::result<message>> request(std::string subject, std::string payload, headers h,
                                                          std::chrono::milliseconds deadline);

    // A plain subscription, again in force after every reconnect; `queue` empty: none. It ends when the handle is
    // destroyed.
    subscription subscribe(std::string subject, std::string queue, std::function<void(message)> on_message);

    // Before a planned end, as the last call: inboxes receive no new messages, open pull requests end at the server,
    // what was already on its way is still handed over, and what handlers publish meanwhile (naks of it) reaches the
    // server. Without it a message that is just being sent here would wait for its ack_wait. False at the limit or
    // when disconnected.
    runtime::task<bool> drain(std::chrono::milliseconds limit);

  private:
    std::shared_ptr<connection_core> core_;
};

}  // namespace tidings::bus
