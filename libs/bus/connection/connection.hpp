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
#include <unordered_map>

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
    std::string user;                           // where the URL has no login; its inboxes are "_INBOX.<user>.", so
    std::string password;                       // that a server can keep other users from reading them
    std::string credentials_file;               // .creds; empty: none
    std::string ca_file;                        // for tls://; empty: the system's
    std::chrono::milliseconds reconnect_wait{250};   // between tries; grows to 2 s, jittered
    std::chrono::milliseconds ping_interval{5'000};  // two unanswered: the connection is dead
    bool needs_jetstream = false;                    // a server that does not reach JetStream is left for another
    std::string witness;  // then: a stream whose leader must reach most of its replicas; empty: none
    std::function<void(const connection_news&)> on_news;  // called on the loop
    // What the server does not let this user do, in its words, once for each; where needs_jetstream. Called on the
    // loop.
    std::function<void(const std::string&)> on_refused;
};

class connection {
  public:
    // Starts to dial and returns immediately. Throws std::invalid_argument when url cannot be one (its text has no
    // secrets).
    connection(runtime::asio::io_context& ctx, const connection_options& options);
    ~connection();  // drops unsent messages
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    bool connected() const;
    std::uint64_t reconnects() const;
    std::size_t max_payload() const;  // bytes; 1 MiB until the first connect
    std::string last_error() const;   // for people and /readyz?verbose: of the connection or its last failed dial
    std::string why(
        const boost::system::error_code& e) const;  // what has just failed: the server's words, if it refused
    void note_error(std::string text);              // an error that the server replied with, for last_error()
    void note_answer();                             // JetStream has answered something
    // For people: not connected, or (needs_jetstream) JetStream does not answer. Empty when nothing is wrong.
    std::string trouble() const;

    // When somebody has last seen, on the current link, that a stream has stored a message (jetstream/stored_messages).
    std::unordered_map<std::string, runtime::time_point>& streams_in_use();

    // Another connection has just reached the servers: while this one is lost, it is dialled without a pause.
    void hurry();

    // Called on the loop after each connect (the first as well) / after each loss. Any number of listeners. With
    // `while_alive` a listener ends with that object.
    void on_connected(std::function<void()> f);
    void on_disconnected(std::function<void()> f);
    void on_connected(std::weak_ptr<void> while_alive, std::function<void()> f);
    void on_disconnected(std::weak_ptr<void> while_alive, std::function<void()> f);

    // A message without a payload whose status is 503 has arrived on some subscription: the answer to a request, or a
    // stored message that somebody published so. cnats says that it came, and drops it.
    void on_dropped(std::weak_ptr<void> while_alive, std::function<void()> f);

    // Sends without waiting. While disconnected, nothing is buffered and false is returned: a caller that guarantees
    // delivery publishes again (publisher, outbox).
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

    // Publishes and waits for the reply. The deadline is extended, to that of deadline_of(), for a kind of request
    // whose answers have lately come after it.
    runtime::task<boost::system::result<message>> request(std::string subject, std::string payload, headers h,
                                                          std::chrono::milliseconds deadline);

    std::chrono::milliseconds deadline_of(std::string_view subject, std::chrono::milliseconds wanted) const;

    // A plain subscription, again in force after every reconnect; `queue` empty: none. It ends when the handle is
    // destroyed.
    subscription subscribe(std::string subject, std::string queue, std::function<void(message)> on_message);

  private:
    std::shared_ptr<connection_core> core_;
};

}  // namespace tidings::bus
