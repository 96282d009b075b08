// One connection to NATS on the event loop: cnats in event-loop mode, everything called and called back on the loop's
// thread. It never gives up: a server that is away, at the start or later, is dialled again for ever, and so is one
// that refuses the credentials (they may be rotated).
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/task.hpp"

struct __natsMsg;  // cnats' natsMsg
namespace tidings::bus {

// Each value names who to ask about it.
enum class errc {
    disconnected = 1,  // no server now; nothing was sent, or the answer can no longer come
    timeout,           // no answer within the deadline
    no_responders,     // nobody listens on that subject (JetStream is off, or the stream is unknown)
    refused,           // the server answered with an error; see the log
    not_found,         // stream, consumer, message or key does not exist (JetStream 404)
    wrong_sequence,    // compare-and-set lost: somebody else wrote first
    too_large,         // larger than the server's max_payload
    already_exists,    // a stream or consumer of that name exists with another configuration
};
const boost::system::error_category& bus_category();
boost::system::error_code make_error_code(errc e);

using headers = std::vector<std::pair<std::string, std::string>>;

// A received message. Move-only; owns the bytes that its views show. Messages are freed in batches: cheap to drop.
class message {
  public:
    message() = default;
    explicit message(__natsMsg* m) : msg_(m) {}
    ~message();
    message(message&& other) noexcept : msg_(std::exchange(other.msg_, nullptr)) {}
    message& operator=(message&& other) noexcept;

    explicit operator bool() const { return msg_ != nullptr; }
    std::string_view subject() const;
    std::string_view reply() const;  // empty when none
    std::string_view payload() const;
    // The first value of a header, its name in any case; empty when absent.
    std::string_view header(std::string_view name) const;
    std::vector<std::pair<std::string, std::string>> all_headers() const;
    // The number of a status message ("NATS/1.0 408 Request Timeout"), 0 for an ordinary one.
    int status() const;

  private:
    __natsMsg* msg_ = nullptr;
};

// What a log should say of a connection: that there is no server, at once, at each new reason and at growing intervals;
// and that there is one.
struct connection_news {
    bool connected;
    std::string reason;              // why not; the server's own words where it said some
    std::chrono::milliseconds away;  // for how long it has been
};

struct connection_options {
    std::string url = "nats://127.0.0.1:4222";  // several, comma-separated, are allowed; user:password@ is never logged
    std::string name = "tidings";               // shown by the server's monitoring
    std::string credentials_file;               // .creds; empty: none
    std::string ca_file;                        // for tls://; empty: the system's
    std::chrono::milliseconds reconnect_wait{250};        // between tries; grows to 2 s, jittered
    std::chrono::milliseconds ping_interval{5'000};       // two unanswered: the connection is dead
    std::function<void(const connection_news&)> on_news;  // called on the loop
};

// The servers of connection_options::url without their logins, for a log. Throws as the connection does.
std::string public_urls(std::string_view url);

class connection {
  public:
    // Starts dialling and returns at once. Throws std::invalid_argument when url cannot be one (names it without
    // secrets).
    connection(runtime::asio::io_context& ctx, connection_options options);
    ~connection();  // drops what is unsent; see flush()
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    bool connected() const;
    std::uint64_t reconnects() const;
    std::size_t max_payload() const;    // bytes; 1 MiB until the server has told
    std::string last_error() const;     // for people and /readyz?verbose; of this connect, or why there is none
    void note_error(std::string text);  // what a server answered to a request, for last_error()

    // Called on the loop after each successful connect (the first as well) / after each loss. Any number of listeners.
    // With `while_alive` a listener ends with that object.
    void on_connected(std::function<void()> f);
    void on_disconnected(std::function<void()> f);
    void on_connected(std::weak_ptr<void> while_alive, std::function<void()> f);
    void on_disconnected(std::weak_ptr<void> while_alive, std::function<void()> f);

    // Sends without waiting. While disconnected nothing is kept and false is returned: whoever promises delivery
    // publishes again (publisher, outbox) or lets JetStream redeliver (acks).
    bool publish(std::string_view subject, std::string_view payload);
    bool publish(std::string_view subject, std::string_view reply, const headers& h, std::string_view payload);
    // The same, but tells why not: disconnected, too_large, or refused (not a subject that one can publish to).
    boost::system::error_code send(std::string_view subject, std::string_view reply, const headers& h,
                                   std::string_view payload);

    // The same for what wants an answer at `inbox` (of open_inbox(), with or without a suffix): when nobody listens on
    // `subject`, a message whose status() is 503 comes there. (What is sent otherwise meets nobody in silence.)
    boost::system::error_code ask(std::string_view subject, const std::string& inbox, const headers& h,
                                  std::string_view payload);

    // A subject under which this connection alone hears answers: "<inbox>.<token>". Messages to it, and to
    // "<inbox>.<token>-<anything>", go to `on_message` until it returns false or close_inbox() is called. A pull
    // consumer's messages keep their own subject: they go to the handler registered with claim() for their
    // "$JS.ACK.<stream>.<consumer>." reply prefix.
    using inbox_handler = std::function<bool(message&)>;
    std::string open_inbox(inbox_handler on_message);
    void close_inbox(std::string_view subject);
    void claim(std::string_view reply_prefix, std::function<void(message)> on_message);
    void release(std::string_view reply_prefix);

    // Request and answer. Status 503 is no_responders.
    runtime::task<boost::system::result<message>> request(std::string subject, std::string payload, headers h,
                                                          std::chrono::milliseconds deadline);

    // A plain subscription, again in force after every reconnect; `queue` empty: none. It ends when the handle is
    // destroyed.
    class subscription {
      public:
        struct state;
        explicit subscription(std::shared_ptr<state> s);
        ~subscription();
        subscription(subscription&&) noexcept;
        subscription& operator=(subscription&&) noexcept;

      private:
        std::shared_ptr<state> state_;
    };
    subscription subscribe(const std::string& subject, const std::string& queue,
                           std::function<void(message)> on_message);

    // Waits until everything published so far has been taken by the server (it echoes a message to this connection's
    // inbox). False at the limit or when disconnected.
    runtime::task<bool> flush(std::chrono::milliseconds limit);

    // The last thing before a planned end. Nobody answers this connection any more: its open pull requests end at the
    // server, what was already on its way is still handed over, and what is published meanwhile (naks of it) is taken
    // by the server. Without it a message that is just being sent here would wait for its ack_wait. False at the limit
    // or when disconnected.
    runtime::task<bool> fall_silent(std::chrono::milliseconds limit);

    struct state;  // only libs/bus knows it

  private:
    friend class jetstream;
    std::shared_ptr<state> state_;
};

}  // namespace tidings::bus

template <>
struct boost::system::is_error_code_enum<tidings::bus::errc> : std::true_type {};
